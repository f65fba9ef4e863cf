/** Client side of one upgrade attempt (Engine.IO protocol v4, "Upgrade"). Pure: no transport, no timer. */
export type ProbeState =
  /** The candidate transport is connecting. */
  | "opening"
  /** `2probe` is on its way. */
  | "probing"
  /** The candidate answered; the current transport finishes its requests, nothing new is written. */
  | "pausing"
  | "adopted"
  | "failed";

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
  /** Another candidate was faster. */
  | "superseded";

export type ProbeAction =
  | "send-probe"
  | "pause-current"
  | "adopt"
  | "report-answer"
  | "report-loss"
  | "close-candidate";

/** @internal */
export interface ProbeStep {
  readonly state: ProbeState;
  readonly action: ProbeAction | null;
}

const LOST: ProbeStep = { state: "failed", action: "report-loss" };
const SUPERSEDED: ProbeStep = { state: "failed", action: "close-candidate" };

const STEPS: Readonly<Partial<Record<ProbeState, Readonly<Partial<Record<ProbeEvent, ProbeStep>>>>>> = {
  opening: { open: { state: "probing", action: "send-probe" }, lost: LOST, superseded: SUPERSEDED },
  probing: {
    pong: { state: "pausing", action: "pause-current" },
    stranger: { state: "failed", action: "report-answer" },
    lost: LOST,
    superseded: SUPERSEDED,
  },
  pausing: { paused: { state: "adopted", action: "adopt" }, lost: LOST },
};

/** An event that means nothing in `state` changes nothing: `adopted` and `failed` are final. */
export function nextProbe(state: ProbeState, event: ProbeEvent): ProbeStep {
  return STEPS[state]?.[event] ?? { state, action: null };
}
