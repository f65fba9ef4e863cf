/**
 * Life of a manager's connection. Pure: what is to be done is done by a shell.
 *
 * @internal
 */
export interface ConnectionState {
  readonly tag: "closed" | "opening" | "open" | "waiting";
  /** Reconnection attempts since the connection was last open; 0 means that the program asked. */
  readonly attempt: number;
}

/** @internal */
export type ConnectionEvent =
  /** The program asks for it. */
  | "open"
  | "close"
  /** The program asks for what follows a loss by itself. */
  | "reconnect"
  | "engine-open"
  /** The engine could not open, or not in time. */
  | "engine-failed"
  | "engine-lost"
  | "retry-due"
  | "reconnection-disabled";

/** What the sockets and the program are told. */
export type ConnectionReport =
  | "open"
  | "error"
  | "close"
  | "reconnect_attempt"
  | "reconnect"
  | "reconnect_error"
  | "reconnect_failed";

/**
 * What the life of a connection needs, and does. Listeners of reports may call back.
 *
 * @internal
 */
export interface ConnectionShell {
  life: ConnectionState;
  reconnection(): boolean;
  /** Before giving up. */
  reconnectionAttempts(): number;
  /** Set when a callback learns how the first opening ends, so nobody else retries. */
  readonly openCallback: unknown;
  createEngine(): void;
  /** Also when that is done already. */
  discardEngine(): void;
  scheduleRetry(): void;
  /** Also when there is none. */
  cancelRetry(): void;
  report(event: ConnectionReport, details: readonly unknown[]): void;
}

/** By the program, or not opened yet. A connection that was lost for good is closed, too, but not this object. */
export const CLOSED: ConnectionState = { tag: "closed", attempt: 0 };

/**
 * Whether a report's listener has changed the state is seen by what is in it: a program may hold the shell in a proxy (Vue's
 * `reactive`), out of which no object comes as it was put in.
 *
 * @param details of `event`, for the listeners it is reported to
 */
export function advance(shell: ConnectionShell, event: ConnectionEvent, details: readonly unknown[] = []): void {
  const { tag, attempt } = shell.life;
  if (tag === "closed") {
    if (event === "open") {
      shell.life = { tag: "opening", attempt };
      shell.createEngine();
    } else if (event === "close") shell.life = CLOSED;
    else if (event === "reconnect" && shell.life !== CLOSED) {
      shell.life = { tag: "waiting", attempt: 1 };
      shell.scheduleRetry();
    }
  } else if (event === "close") {
    shell.life = CLOSED;
    shell.cancelRetry();
    shell.discardEngine();
    shell.report(event, details);
  } else if (tag === "waiting") {
    if (event === "reconnection-disabled") {
      shell.life = CLOSED;
      shell.cancelRetry();
    } else if (event === "open" || event === "retry-due") {
      shell.life = { tag: "opening", attempt };
      shell.cancelRetry();
      shell.report("reconnect_attempt", [attempt]);
      if (shell.life.attempt === attempt) shell.createEngine(); // else a listener called it off
    }
  } else if (tag === "opening") {
    if (event === "engine-open") {
      shell.life = { tag: "open", attempt: 0 };
      shell.report("open", details);
      if (attempt) shell.report("reconnect", [attempt]);
    } else if (event === "engine-failed") lose(shell, "error", details, attempt > 0 || !shell.openCallback);
  } else if (event === "engine-lost") lose(shell, "close", details, true);
}

/**
 * The engine is gone. Waits for the next attempt, unless reconnection is off or that would be one too many: decided after the
 * report, whose listeners may change the settings, call it off, or throw.
 */
function lose(shell: ConnectionShell, report: "error" | "close", details: readonly unknown[], mayRetry: boolean): void {
  const { attempt } = shell.life;
  const isRetried = mayRetry && shell.reconnection();
  shell.life = isRetried ? { tag: "waiting", attempt: attempt + 1 } : { ...CLOSED };
  shell.discardEngine();
  try {
    shell.report(report, details);
  } finally {
    if (isRetried && shell.life.tag === "waiting") {
      if (attempt >= shell.reconnectionAttempts()) {
        shell.life = { ...CLOSED };
        shell.report("reconnect_failed", []);
      } else shell.scheduleRetry();
    }
  }
  if (attempt) shell.report("reconnect_error", details);
}
