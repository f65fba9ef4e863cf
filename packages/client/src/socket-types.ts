import type { CloseDetails } from "./core/close-details.js";
import type { Packet } from "./core/packet.js";
import type { BufferLimits } from "./core/send-buffer.js";
import type { DefaultEventsMap, EventsMap } from "./events.js";

/** Sent with each connection to a namespace. A function is asked at every connection. */
// oxlint-disable-next-line typescript/no-explicit-any -- programs read it back as they typed it
export type Auth = { [key: string]: any } | ((cb: (data: object) => void) => void);

export interface SocketOptions extends BufferLimits {
  /** Credentials, which the server finds in `socket.handshake.auth`. */
  auth?: Auth;
  /** How often an unacknowledged packet is sent again. Default: never. */
  retries?: number;
  /** Default time for an acknowledgement, ms. Acknowledgements then begin with an error or null. Default: none. */
  ackTimeout?: number;
  /** Take the recovery offset off the end of received events. Default false: listeners see it as a last argument. */
  hideRecoveryOffset?: boolean;
}

export type DisconnectDescription = Error | CloseDetails;

/** An error of a middleware of the server, with the `data` the server attached. */
export interface ExtendedError extends Error {
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever the server attached
  data?: any;
}

export type DisconnectReason =
  | "io server disconnect"
  | "io client disconnect"
  | "ping timeout"
  | "transport close"
  | "transport error"
  | "parse error";

export interface SocketReservedEvents {
  connect: () => void;
  connect_error: (err: ExtendedError) => void;
  disconnect: (reason: DisconnectReason, description?: DisconnectDescription) => void;
}

/** What a socket asks of its manager. `bare-manager.ts` declares that it is one, so that `socket.io` has all its members. */
// oxlint-disable-next-line no-unused-vars -- the parameters are those of the declaration it merges with
export interface SocketHost<L extends EventsMap = DefaultEventsMap, E extends EventsMap = L> {
  readonly setTimeoutFn: (fn: () => void, ms: number) => unknown;
  readonly clearTimeoutFn: (timer: never) => void;
  /** @internal Opens, unless it is open or about to. */
  joinConnection(): void;
  /** @internal The socket needs the connection no more. */
  leaveConnection(): void;
  /** @internal */
  isOpen(): boolean;
  /** @returns the error when the packet is too large and `oversize` is `refuse`: nothing was sent then */
  send(packet: Packet, oversize?: "refuse"): Error | null;
  /** @internal Encoded bytes. */
  measurePacket(packet: Packet): number;
  /** @internal */
  failConnection(error: Error): void;
}
