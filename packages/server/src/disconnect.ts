/** Why a socket left; section "Disconnection" of docs/server.md. */
export type DisconnectReason =
  | "transport error"
  | "transport close"
  | "forced close"
  | "ping timeout"
  | "parse error"
  | "server shutting down"
  | "forced server close"
  | "client namespace disconnect"
  | "server namespace disconnect";

/** Stable code of a disconnection, for programs. */
export type DisconnectCode =
  | "TRANSPORT_ERROR"
  | "TRANSPORT_CLOSE"
  | "FORCED_CLOSE"
  | "PING_TIMEOUT"
  | "PARSE_ERROR"
  | "SERVER_SHUTTING_DOWN"
  | "FORCED_SERVER_CLOSE"
  | "CLIENT_NAMESPACE_DISCONNECT"
  | "SERVER_NAMESPACE_DISCONNECT";

/** Second argument of `disconnecting` and `disconnect`. */
export interface DisconnectDetails {
  readonly code: DisconnectCode;
  /** Who ended it; "network" when the line went without a word. */
  readonly initiator: "client" | "server" | "network";
  /** What the connection was doing: still on its first transport, upgrading it, or upgraded. */
  readonly phase: "initial" | "upgrading" | "upgraded";
  /** Transport in use. */
  readonly transport: string;
  /** When the last message of the client came in, in ms since the epoch; 0 if none did. */
  readonly lastActivityMs: number;
  /** Bytes accepted for this client and not yet handed to the operating system; 0 when the engine cannot tell. */
  readonly bufferedBytes: number;
  /** What the engine said: an Error, or nothing. */
  readonly description: unknown;
}

/**
 * The details of a disconnection which an error caused: an error with the message, name and stack of that cause, so
 * that programs that expect an Error find one.
 */
export class DisconnectError extends Error implements DisconnectDetails {
  readonly code!: DisconnectCode;
  readonly initiator!: DisconnectDetails["initiator"];
  readonly phase!: DisconnectDetails["phase"];
  readonly transport!: string;
  readonly lastActivityMs!: number;
  readonly bufferedBytes!: number;
  readonly description!: unknown;

  constructor(cause: Error, details: DisconnectDetails) {
    super(cause.message, { cause });
    this.name = cause.name;
    if (cause.stack !== undefined) this.stack = cause.stack;
    Object.assign(this, details);
  }
}

const INITIATORS: Record<DisconnectReason, DisconnectDetails["initiator"]> = {
  "transport error": "network",
  "transport close": "client",
  "forced close": "server",
  "ping timeout": "network",
  "parse error": "server",
  "server shutting down": "server",
  "forced server close": "server",
  "client namespace disconnect": "client",
  "server namespace disconnect": "server",
};

/** A reason only our engine knows (a peer that does not read what it is sent) is an error of the transport to others. */
export function asDisconnectReason(reason: string): DisconnectReason {
  return Object.hasOwn(INITIATORS, reason) ? (reason as DisconnectReason) : "transport error";
}

/** What the details are read from. */
export interface DisconnectSource {
  readonly transport: { readonly name: string } | undefined;
  readonly upgraded?: boolean;
  readonly upgrading?: boolean;
  readonly bufferedAmount?: number;
}

/** Describes a disconnection. */
export function describeDisconnect(
  reason: DisconnectReason,
  description: unknown,
  conn: DisconnectSource,
  lastActivityMs: number,
): DisconnectDetails {
  const details: DisconnectDetails = {
    code: reason.toUpperCase().replaceAll(" ", "_") as DisconnectCode,
    initiator: INITIATORS[reason],
    phase: conn.upgraded === true ? "upgraded" : conn.upgrading === true ? "upgrading" : "initial",
    transport: conn.transport?.name ?? "unknown",
    lastActivityMs,
    bufferedBytes: conn.bufferedAmount ?? 0,
    description,
  };
  return description instanceof Error ? new DisconnectError(description, details) : details;
}
