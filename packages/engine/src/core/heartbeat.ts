/**
 * Server side of "Heartbeat". Pure: no socket, no timer, no clock; deadlines are named, and counted from the event.
 *
 * Protocol v4: the server pings, the client answers. Protocol v3: the client pings, the server only listens.
 */
export type HeartbeatState =
  /** v4: until the next ping */
  | "waiting"
  /** v4: a ping is unanswered */
  | "awaiting-pong"
  /** v4: the same, once any other packet has proven the peer alive */
  | "awaiting-longer"
  /** v3: until the next ping of the client */
  | "listening"
  | "stopped";

/** `deadline`: the one of the state has been reached; `end`: the session has ended. */
export type HeartbeatEvent = "deadline" | "pong" | "ping" | "other-packet" | "end";
export type HeartbeatAction = "send-ping" | "expire" | "cancel-deadline";

/** How long until the next deadline: options `pingInterval`, `pingTimeout`, both. */
export type HeartbeatDelay = "interval" | "timeout" | "interval-and-timeout";

export interface HeartbeatTiming {
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
}

export interface HeartbeatStep {
  readonly state: HeartbeatState;
  readonly action: HeartbeatAction | null;
  /** `null`: the deadline stays; a stopped heartbeat has none. */
  readonly delay: HeartbeatDelay | null;
}

// Steps are constants: a heartbeat makes no garbage.
const WAIT: HeartbeatStep = { state: "waiting", action: null, delay: "interval" };
const PING: HeartbeatStep = { state: "awaiting-pong", action: "send-ping", delay: "timeout" };
const EXTEND: HeartbeatStep = { state: "awaiting-longer", action: null, delay: "timeout" };
const LISTEN: HeartbeatStep = { state: "listening", action: null, delay: "interval-and-timeout" };
const EXPIRE: HeartbeatStep = { state: "stopped", action: "expire", delay: null };
const END: HeartbeatStep = { state: "stopped", action: "cancel-deadline", delay: null };

const STAY: Readonly<Record<HeartbeatState, HeartbeatStep>> = {
  waiting: { state: "waiting", action: null, delay: null },
  "awaiting-pong": { state: "awaiting-pong", action: null, delay: null },
  "awaiting-longer": { state: "awaiting-longer", action: null, delay: null },
  listening: { state: "listening", action: null, delay: null },
  stopped: { state: "stopped", action: null, delay: null },
};

/** The step into a session that has just opened. */
export function startHeartbeat(protocol: 3 | 4): HeartbeatStep {
  return protocol === 4 ? WAIT : LISTEN;
}

export function nextHeartbeat(state: HeartbeatState, event: HeartbeatEvent): HeartbeatStep {
  if (event === "end") return END;
  switch (state) {
    case "waiting":
      if (event === "deadline") return PING;
      // An unasked pong proves life as well: it restarts the interval.
      return event === "pong" ? WAIT : STAY[state];
    case "awaiting-pong":
      if (event === "pong") return WAIT;
      if (event === "deadline") return EXPIRE;
      // A pong may be queued behind a slow uplink: one extension per ping, so that silence still ends the session.
      return event === "other-packet" ? EXTEND : STAY[state];
    case "awaiting-longer":
      if (event === "pong") return WAIT;
      return event === "deadline" ? EXPIRE : STAY[state];
    case "listening":
      if (event === "ping") return LISTEN;
      return event === "deadline" ? EXPIRE : STAY[state];
    case "stopped":
      return STAY[state];
    default:
      return state satisfies never;
  }
}

/** Pings of sessions whose intervals end within this time leave together. */
const MAX_BATCH_MS = 100;
const BATCHES_PER_INTERVAL = 20;

/**
 * When the deadline of a step is, in ms.
 *
 * The end of an interval is rounded down, by at most 5 % of it and 100 ms: pings that leave together, and the pongs that
 * come back together, cost one turn of the event loop in place of one each. Never later: a peer counts on its ping.
 */
export function deadlineMs(nowMs: number, delay: HeartbeatDelay, timing: HeartbeatTiming): number {
  const { pingIntervalMs, pingTimeoutMs } = timing;
  switch (delay) {
    case "interval": {
      const batchMs = Math.min(MAX_BATCH_MS, Math.floor(pingIntervalMs / BATCHES_PER_INTERVAL));
      const endMs = nowMs + pingIntervalMs;
      return batchMs > 1 ? endMs - (endMs % batchMs) : endMs;
    }
    case "timeout":
      return nowMs + pingTimeoutMs;
    case "interval-and-timeout":
      return nowMs + pingIntervalMs + pingTimeoutMs;
    default:
      return delay satisfies never;
  }
}
