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
 * What the life of a connection needs, and does. Reports come last: listeners may call back.
 *
 * @internal
 */
export interface ConnectionShell {
  connection: ConnectionState;
  reconnection(): boolean;
  /** Before giving up. */
  reconnectionAttempts(): number;
  /** Set when a callback learns how the first opening ends, so nobody else retries. */
  readonly opener: unknown;
  createEngine(): void;
  discardEngine(): void;
  scheduleRetry(): void;
  cancelRetry(): void;
  report(event: ConnectionReport, details: readonly unknown[]): void;
}

export const CLOSED: ConnectionState = { tag: "closed", attempt: 0 };

/** @param details of `event`, for the listeners it is reported to */
export function advance(shell: ConnectionShell, event: ConnectionEvent, details: readonly unknown[] = []): void {
  const { tag, attempt } = shell.connection;
  const enter = (next: ConnectionState["tag"], nth = attempt): ConnectionState =>
    (shell.connection = { tag: next, attempt: nth });

  if (tag === "closed") {
    if (event !== "open") return;
    enter("opening");
    shell.createEngine();
  } else if (event === "close") {
    shell.connection = CLOSED;
    if (tag === "waiting") shell.cancelRetry();
    else shell.discardEngine();
    shell.report(event, details);
  } else if (tag === "waiting") {
    if (event === "reconnection-disabled") {
      shell.connection = CLOSED;
      shell.cancelRetry();
    } else if (event === "open" || event === "retry-due") {
      const next = enter("opening");
      shell.cancelRetry();
      shell.report("reconnect_attempt", [attempt]);
      if (shell.connection === next) shell.createEngine(); // else a listener called it off
    }
  } else if (tag === "opening") {
    if (event === "engine-open") {
      enter("open", 0);
      shell.report("open", details);
      if (attempt) shell.report("reconnect", [attempt]);
    } else if (event === "engine-failed") lose(shell, "error", details, attempt > 0 || !shell.opener);
  } else if (event === "engine-lost") lose(shell, "close", details, true);
}

/** The engine is gone. Waits for the next attempt, unless reconnection is off or that would be one too many. */
function lose(shell: ConnectionShell, report: "error" | "close", details: readonly unknown[], mayRetry: boolean): void {
  const { attempt } = shell.connection;
  const isWanted = mayRetry && shell.reconnection();
  const mayGoOn = attempt < shell.reconnectionAttempts();
  shell.connection = isWanted && mayGoOn ? { tag: "waiting", attempt: attempt + 1 } : CLOSED;
  shell.discardEngine();
  if (shell.connection !== CLOSED) shell.scheduleRetry();
  shell.report(report, details);
  if (isWanted && !mayGoOn) shell.report("reconnect_failed", []);
  if (attempt) shell.report("reconnect_error", details);
}
