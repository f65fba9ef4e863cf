import type { Target } from "./attacker/target.ts";
import type { Variant } from "./attacker/victim-process.ts";

/** One attack. It passes when `run` does, and the server is as well as before. */
export interface Attack {
  /** Unique; `advisories.ts` refers to it. */
  readonly name: string;
  /** The set of options attacked; default `plain`. */
  readonly variant?: Variant;
  /** What the server may hold more than before, while the attacker is still there; default {@link DEFAULT_GROWTH_BYTES}. */
  readonly growthBytes?: number;
  /** Attacks, and checks the answers the attacker gets. */
  readonly run: (target: Target) => Promise<void>;
}

export const DEFAULT_GROWTH_BYTES = 3_000_000;
