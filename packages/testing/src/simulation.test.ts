import { createServer, request, type IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { simulate, type Simulation } from "./simulation.ts";

function get({ network }: Simulation, log: string[]): void {
  const call = request({ path: "/", agent: network.agent() }, (response: IncomingMessage) => {
    response.setEncoding("utf8");
    response.on("data", (text: string) => log.push(`${response.statusCode} ${text}`));
    response.on("error", (error: NodeJS.ErrnoException) => log.push(`response ${error.code}`));
  });
  call.on("error", (error: NodeJS.ErrnoException) => log.push(String(error.code)));
  call.end();
}

describe("simulated network", () => {
  it("carries HTTP in virtual time", async () => {
    const log: string[] = [];
    await simulate(1, async (simulation) => {
      simulation.network.up(createServer((_request, response) => setTimeout(() => response.end("hello"), 30_000)));
      get(simulation, log);
      await simulation.advance(29_000);
      expect(log).toEqual([]);
      await simulation.advance(2_000);
    });
    expect(log).toEqual(["200 hello"]);
  });

  it("refuses connections while the host is down, and resets the ones it had", async () => {
    const log: string[] = [];
    await simulate(2, async (simulation) => {
      get(simulation, log);
      await simulation.advance(1_000);
      simulation.network.up(createServer(() => {}));
      get(simulation, log);
      await simulation.advance(1_000);
      simulation.network.down();
      await simulation.advance(1_000);
      expect(simulation.network.openLinks()).toEqual([]);
    });
    expect(log).toEqual(["ECONNREFUSED", "ECONNRESET"]);
  });

  it("delivers nothing over a silent connection", async () => {
    const log: string[] = [];
    await simulate(3, async (simulation) => {
      simulation.network.up(createServer((_request, response) => setTimeout(() => response.end("late"), 1_000)));
      get(simulation, log);
      await simulation.advance(500);
      simulation.network.silenceOne();
      await simulation.advance(100_000);
    });
    expect(log).toEqual([]);
  });

  it("plays the same run for the same seed, and another for another", async () => {
    const run = async (seed: number): Promise<string> => {
      const log: string[] = [];
      await simulate(seed, async (simulation) => {
        simulation.network.up(createServer((_request, response) => response.end("x")));
        for (let n = 0; n < 5; n++) {
          const call = request({ path: `/${n}`, agent: simulation.network.agent() }, () =>
            log.push(`${n}@${simulation.clock.nowMs}`),
          );
          call.end();
        }
        await simulation.advance(1_000);
      });
      return log.join(" ");
    };
    expect(await run(7)).toBe(await run(7));
    expect(await run(7)).not.toBe(await run(8));
  });

  it("names the seed of a failing run", async () => {
    await expect(
      simulate(99, async ({ until }) => {
        await until(() => false, 10, "the impossible");
      }),
    ).rejects.toThrow("seed 99: the impossible: not within 10 ms of virtual time");
  });
});
