import { io } from "@halyard/client";
import { Server } from "@halyard/server";
import { describe, expect, it } from "vitest";
import { runChat, type Peers, type WorkloadOptions } from "./chat-workload.ts";

// SIMULATION_SEEDS: how many seeds per combination. SIMULATION_REPLAY=<mode>,<transports>,<seed>: only that run.
const SEEDS = Number(process.env["SIMULATION_SEEDS"] ?? 25);
const REPLAY = process.env["SIMULATION_REPLAY"]?.split(",");
const PEERS = { Server, connect: io } as unknown as Peers;

const combinations: WorkloadOptions[] = (["acks", "plain", "recovery"] as const).flatMap((mode) =>
  [["websocket"], ["polling"], ["polling", "websocket"]].map((transports) => ({ mode, transports })),
);

describe("simulated network: chat with cuts, half-open lines and restarts", () => {
  it.each(combinations)("$mode over $transports", { timeout: SEEDS * 2_000 }, async (options) => {
    const name = `${options.mode},${options.transports.join("+")}`;
    const seeds =
      REPLAY === undefined
        ? Array.from({ length: SEEDS }, (_, index) => index + 1)
        : REPLAY.slice(0, 2).join(",") === name
          ? [Number(REPLAY[2])]
          : [];
    const failures: string[] = [];
    for (const seed of seeds) {
      await runChat(seed, PEERS, options).catch((error: Error) =>
        failures.push(`SIMULATION_REPLAY=${name},${seed} pnpm simulate   # ${error.message}`),
      );
    }
    expect(failures).toEqual([]);
  });
});
