/** Socket.IO protocol, revision 5: what a packet is. */
export const protocol = 5;

/** Packet types (Socket.IO protocol v5, "Packet types"). The digit that begins an encoded packet. */
export const CONNECT = 0;
export const DISCONNECT = 1;
export const EVENT = 2;
export const ACK = 3;
export const CONNECT_ERROR = 4;
/** This, and 6 for BINARY_ACK: on the wire only. */
export const BINARY_EVENT = 5;

/** How the engine sends the messages of a packet. */
export interface PacketOptions {
  /** Compress, where the transport can. Default true. */
  compress?: boolean;
}

export interface Packet {
  type: number;
  nsp: string;
  /** EVENT and ACK: an array. CONNECT: an object. CONNECT_ERROR: an object or a string. */
  data?: unknown;
  /** Acknowledgement id: a safe integer from 0. */
  id?: number;
  /** Announced binary messages that follow. Only on the wire. */
  attachments?: number;
  options?: PacketOptions;
}

/** Names a program may not emit and a peer may not send: they mean something on this side. */
const RESERVED_EVENTS: readonly unknown[] = [
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
];

export function isReservedEvent(name: unknown): name is string {
  return RESERVED_EVENTS.includes(name);
}
