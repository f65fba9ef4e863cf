import type { LinkConditions } from "./link.js";
import { SimulatedNetwork } from "./network.js";
import { SeededRandom } from "./random.js";
import { VirtualClock } from "./virtual-clock.js";

/** Turns of the real event loop without a delivery or a fired timer, after which an instant counts as played. */
const QUIET_TURNS = 3;

const DEFAULT_CONDITIONS: LinkConditions = { minLatencyMs: 1, maxLatencyMs: 60, splitChance: 0.2 };

/**
 * One deterministic run: virtual time, seeded randomness, a network in memory. Within `run`, programs under test use
 * timers and sockets as always.
 *
 * ```ts
 * await simulate(42, async (simulation) => {
 *   const httpServer = createServer();
 *   const io = new Server(httpServer);
 *   simulation.network.up(httpServer);
 *   const client = connect("http://host", { agent: simulation.network.agent() });
 *   await simulation.advance(60_000);
 * });
 * ```
 */
export class Simulation {
  readonly random: SeededRandom;
  readonly clock: VirtualClock;
  readonly network: SimulatedNetwork;

  constructor(seed: number, conditions: Partial<LinkConditions> = {}) {
    this.random = new SeededRandom(seed);
    this.clock = new VirtualClock(this.random);
    this.network = new SimulatedNetwork(this.clock, this.random, { ...DEFAULT_CONDITIONS, ...conditions });
  }

  /** Lets `durationMs` of virtual time pass, playing everything that falls into it. */
  readonly advance = async (durationMs: number): Promise<void> => {
    const limitMs = this.clock.nowMs + durationMs;
    await this.settle();
    while (this.clock.step(limitMs)) await this.settle();
    this.clock.nowMs = limitMs;
  };

  /** Lets time pass until `condition` holds. @throws Error when it does not within `limitMs` of virtual time */
  readonly until = async (condition: () => boolean, limitMs: number, what: string): Promise<void> => {
    const endMs = this.clock.nowMs + limitMs;
    await this.settle();
    while (!condition()) {
      if (!this.clock.step(endMs)) throw new Error(`${what}: not within ${limitMs} ms of virtual time`);
      await this.settle();
    }
  };

  /** Plays the present instant to its end: ticks, promises and immediates, until nothing moves. */
  private async settle(): Promise<void> {
    let seen = this.network.activity;
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.network.activity !== seen) quiet = -1;
      seen = this.network.activity;
    }
  }
}

/**
 * Runs `play` under a fresh simulation and restores the globals at its end. An error is thrown again with the seed in
 * its message, which replays it.
 */
export async function simulate(
  seed: number,
  play: (simulation: Simulation) => Promise<void>,
  conditions: Partial<LinkConditions> = {},
): Promise<void> {
  const simulation = new Simulation(seed, conditions);
  simulation.clock.install();
  try {
    await play(simulation);
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    simulation.clock.uninstall();
  }
}
