/* oxlint-disable typescript/no-explicit-any -- adapters of others are written against these shapes */

/** Namespaces and packets as adapters of others see them, which reach for more than an adapter here asks for. */
export type Untyped = any;

/* oxlint-enable typescript/no-explicit-any */

/** Public id of a socket: sent to the client, used for private messages and as the name of the socket's own room. */
export type SocketId = string;

/** Private id of a session: known to its client only, proves the right to restore the session. */
export type PrivateSessionId = string;

/** Name of a room. */
export type Room = string;

/** How a broadcast is to be sent. */
export interface BroadcastFlags {
  /** Recipients that cannot take the packet now miss it. */
  volatile?: boolean | undefined;
  /** `false`: do not compress the packet. */
  compress?: boolean | undefined;
  /** Only sockets of this node. */
  local?: boolean | undefined;
  /** Set by `socket.broadcast`; the sender itself stands in `except`. */
  broadcast?: boolean | undefined;
  /** Accepted for compatibility; attachments are found by looking. */
  binary?: boolean | undefined;
  /** Milliseconds to wait for acknowledgements or for answers of other nodes. */
  timeout?: number | undefined;
}

/** Whom a broadcast is for: members of any of `rooms` (everyone when empty), except members of any of `except`. */
export interface BroadcastOptions {
  rooms: Set<Room>;
  except?: Set<Room> | undefined;
  flags?: BroadcastFlags | undefined;
}

/** A Socket.IO packet handed to an adapter. The adapter sets `nsp` and, for a broadcast with acknowledgements, `id`. */
export interface BroadcastPacket {
  /** Packet type of the Socket.IO protocol, 2 for an event. */
  type: number;
  nsp?: string;
  data?: unknown;
  /** Acknowledgement id. */
  id?: number | undefined;
}

/** What the server saves when a connection ends for a reason its client may come back from. */
export interface SessionToPersist {
  sid: SocketId;
  pid: PrivateSessionId;
  rooms: Room[];
  data: unknown;
}

/** A restored session. */
export type Session = SessionToPersist & {
  /** Arguments of each event the client has not received, in order, its offset as the last element. */
  missedPackets: unknown[][];
  /** Only ours: set when it has taken too long to connect, and no longer is told what it misses. Its client has to begin anew. */
  isLost?: boolean;
};

/** The id other nodes of a cluster know a node by. */
export type ServerId = string;

/** Position of a packet in the log that sessions are restored from. */
export type Offset = string;
