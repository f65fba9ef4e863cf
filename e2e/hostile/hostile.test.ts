import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_GROWTH_BYTES, type Attack } from "./attack.ts";
import { expectEcho, Target } from "./attacker/target.ts";
import { VictimProcess } from "./attacker/victim-process.ts";
import { suites } from "./cases/index.ts";

const GOOD_CLIENTS_CPU_MS = 1_000;
const SETTLE_MS = 10_000;
let victim: VictimProcess;

beforeAll(async () => {
  victim = await VictimProcess.start();
  for (const variant of ["plain", "brisk", "recovery", "eio3", "deflate", "hooks", "gated"] as const) {
    await serveGoodClients(new Target(victim, variant)); // code compiled, caches filled
  }
  await victim.sweep();
});
afterAll(() => victim.stop());

/** A client that follows the rules, on each transport. */
async function serveGoodClients(target: Target): Promise<void> {
  for (const transport of ["polling", "websocket"] as const) {
    const peer = await target.member(transport);
    await expectEcho(peer);
  }
  target.close();
}

/** What is held after the dust has settled: work under way in other threads, and chunks that are being read, do not count. */
async function heldBytes(bound: number): Promise<number> {
  const deadline = Date.now() + SETTLE_MS;
  let bytes = await victim.memoryBytes();
  while (bytes >= bound && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    bytes = await victim.memoryBytes();
  }
  return bytes;
}

async function check({ run, variant = "plain", growthBytes = DEFAULT_GROWTH_BYTES }: Attack): Promise<void> {
  if (!victim.isAlive) victim = await VictimProcess.start(); // an earlier attack has ended it, and failed
  const target = new Target(victim, variant);
  const before = await victim.memoryBytes();
  try {
    await run(target);
    expect(victim.takeUnhandled()).toEqual([]);
    expect(await heldBytes(before + growthBytes)).toBeLessThan(before + growthBytes);
    const begin = await victim.cpuMs();
    await serveGoodClients(new Target(victim, variant));
    expect((await victim.cpuMs()) - begin, "CPU ms until good clients were served").toBeLessThan(GOOD_CLIENTS_CPU_MS);
  } finally {
    target.close();
    if (victim.isAlive) await victim.sweep();
  }
  expect(victim.takeUnhandled()).toEqual([]);
}

describe.each(Object.entries(suites).filter(([, attacks]) => attacks.length > 0))("hostile %s", (_suite, attacks) => {
  it.each(attacks.map((attack) => [attack.name, attack] as const))("%s", (_name, attack) => check(attack));
});
