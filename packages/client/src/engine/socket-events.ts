import type { Transport } from "./transports/transport.js";
import type { CloseDetails, HandshakeData, Packet } from "./types.js";

// oxlint-disable-next-line typescript/no-explicit-any -- the type depends on the peer and on `binaryType`: listeners state it
type Data = any;

export interface SocketReservedEvents {
  open: () => void;
  handshake: (data: HandshakeData) => void;
  packet: (packet: Packet) => void;
  packetCreate: (packet: Packet) => void;
  data: (data: Data) => void;
  message: (data: Data) => void;
  drain: () => void;
  flush: () => void;
  heartbeat: () => void;
  ping: () => void;
  pong: () => void;
  error: (error: string | Error) => void;
  upgrading: (transport: Transport) => void;
  upgrade: (transport: Transport) => void;
  upgradeError: (error: Error) => void;
  close: (reason: string, description?: CloseDetails | Error) => void;
}

export type SocketState = "opening" | "open" | "closing" | "closed";

/** Called when the message was handed to the transport, or with the reason why it was refused. */
export type WriteCallback = (error?: Error) => void;
