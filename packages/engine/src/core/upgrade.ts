/** Server side of "Upgrade" (Engine.IO protocol, the same in v3 and v4). Pure: no socket, no timer. */
export type UpgradeState =
  | { readonly tag: "idle" }
  | { readonly tag: "probing"; readonly deadlineMs: number }
  | {
      readonly tag: "probed";
      readonly deadlineMs: number;
      readonly releaseAtMs: number;
      /** how many new polls are still to be answered at once */
      readonly promptReleases: number;
    }
  | { readonly tag: "upgraded" };

export type UpgradeEvent =
  | { readonly type: "candidate-open"; readonly nowMs: number }
  /** the packet `2probe` */
  | { readonly type: "probe"; readonly nowMs: number }
  /** the packet `5`; `isSessionOpen` is false once the session has ended: one that is closing may still change its transport */
  | { readonly type: "upgrade"; readonly isSessionOpen: boolean }
  | { readonly type: "other-packet" }
  /** a poll has come that finds nothing to take */
  | { readonly type: "poll" }
  | { readonly type: "tick"; readonly nowMs: number }
  /** the candidate closed or failed, or the session ended */
  | { readonly type: "candidate-lost" };

export type UpgradeAction = "send-probe-pong" | "release-poll" | "switch-transport" | "close-candidate";

export interface UpgradeStep {
  readonly state: UpgradeState;
  readonly actions: readonly UpgradeAction[];
}

/** While the peer prepares to switch, a waiting poll is answered this often, in milliseconds. */
export const RELEASE_INTERVAL_MS = 100;
/**
 * A poll that comes behind the answer to the probe is of a peer that had not read that answer: it would wait for this poll, and send
 * nothing. So many are answered at once, which is enough unless the candidate is much slower than the requests.
 */
const PROMPT_RELEASES = 3;

export const IDLE: UpgradeState = { tag: "idle" };
export const UPGRADED: UpgradeState = { tag: "upgraded" };
const NONE: readonly UpgradeAction[] = [];

/** One candidate at a time, one upgrade for each session. */
export function acceptsCandidate(state: UpgradeState): boolean {
  return state.tag === "idle";
}

/**
 * One transition. `candidate-open` is for states that accept one.
 *
 * @param timeoutMs option `upgradeTimeout`, counted from the candidate's arrival
 */
export function nextUpgrade(state: UpgradeState, event: UpgradeEvent, timeoutMs: number): UpgradeStep {
  switch (state.tag) {
    case "idle":
      return event.type === "candidate-open"
        ? { state: { tag: "probing", deadlineMs: event.nowMs + timeoutMs }, actions: NONE }
        : { state, actions: NONE };
    case "probing":
      if (event.type === "probe") {
        const releaseAtMs = event.nowMs + RELEASE_INTERVAL_MS;
        return {
          state: { tag: "probed", deadlineMs: state.deadlineMs, releaseAtMs, promptReleases: PROMPT_RELEASES },
          actions: ["send-probe-pong", "release-poll"],
        };
      }
      return event.type === "poll" ? { state, actions: NONE } : abandonUnlessEarly(state, event, state.deadlineMs);
    case "probed":
      return probed(state, event);
    case "upgraded":
      return { state, actions: NONE };
    default:
      return state satisfies never;
  }
}

/** When the machine wants its next `tick`; `Infinity` when it wants none. */
export function upgradeDueMs(state: UpgradeState): number {
  if (state.tag === "probing") return state.deadlineMs;
  return state.tag === "probed" ? Math.min(state.deadlineMs, state.releaseAtMs) : Infinity;
}

function probed(state: UpgradeState & { readonly tag: "probed" }, event: UpgradeEvent): UpgradeStep {
  if (event.type === "upgrade" && event.isSessionOpen) return { state: UPGRADED, actions: ["switch-transport"] };
  if (event.type === "tick" && event.nowMs < state.deadlineMs) {
    return event.nowMs < state.releaseAtMs
      ? { state, actions: NONE }
      : { state: { ...state, releaseAtMs: event.nowMs + RELEASE_INTERVAL_MS }, actions: ["release-poll"] };
  }
  if (event.type === "poll") {
    return state.promptReleases === 0
      ? { state, actions: NONE }
      : { state: { ...state, promptReleases: state.promptReleases - 1 }, actions: ["release-poll"] };
  }
  return abandonUnlessEarly(state, event, state.deadlineMs);
}

/** Whatever is not expected ends the attempt; the session itself goes on. */
function abandonUnlessEarly(state: UpgradeState, event: UpgradeEvent, deadlineMs: number): UpgradeStep {
  return event.type === "tick" && event.nowMs < deadlineMs
    ? { state, actions: NONE }
    : { state: IDLE, actions: ["close-candidate"] };
}
