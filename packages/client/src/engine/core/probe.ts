/**
 * Client side of one upgrade attempt (Engine.IO protocol v4, "Upgrade"). Pure: no transport, no timer. Each state is entered once, and
 * entering it is what the shell acts upon.
 */
export type ProbeState =
  /** The candidate transport is connecting. */
  | "opening"
  /** `2probe` is on its way. */
  | "probing"
  /** The candidate answered; the current transport finishes its requests, nothing new is written. */
  | "pausing"
  | "adopted"
  /** Which the program is told. */
  | "failed"
  /** Another candidate was faster. */
  | "superseded";

export type ProbeEvent =
  | "open"
  /** `3probe` arrived. */
  | "pong"
  /** Anything else arrived instead. */
  | "stranger"
  /** The current transport has nothing in flight any more. */
  | "paused"
  /** The candidate failed or closed, or the session closed. */
  | "lost"
  /** Another candidate answered. */
  | "beaten";

const STEPS: Readonly<Partial<Record<ProbeState, Readonly<Partial<Record<ProbeEvent, ProbeState>>>>>> = {
  opening: { open: "probing", lost: "failed", beaten: "superseded" },
  probing: { pong: "pausing", stranger: "failed", lost: "failed", beaten: "superseded" },
  pausing: { paused: "adopted", lost: "failed" },
};

/** An event that means nothing in `state` changes nothing: `adopted`, `failed` and `superseded` are final. */
export function nextProbe(state: ProbeState, event: ProbeEvent): ProbeState {
  return STEPS[state]?.[event] ?? state;
}
