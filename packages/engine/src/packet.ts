import type { PreparedMessage } from "@halyard/websocket/core";

/** Names of the Engine.IO packets, and `error` for what could not be decoded. */
export type PacketType = "open" | "close" | "ping" | "pong" | "message" | "upgrade" | "noop" | "error";

/** What a user may send: text, bytes, or anything that turns into text (`null` is the empty text). */
// oxlint-disable-next-line typescript/no-explicit-any -- the type upstream publishes; users send numbers, null and views
export type RawData = any;

/** How a packet wants to be sent. */
export interface PacketOptions {
  /** May be compressed, when the transport does. */
  readonly compress: boolean;
  /** Complete, unmasked WebSocket text frame of this packet, or its pieces in order. */
  readonly wsPreEncodedFrame?: Buffer | readonly Buffer[];
  /** The same packet, encoded once for many sessions. */
  readonly prepared?: PreparedMessage;
}

/** Options of a packet that many sessions share. Listeners of `packetCreate` find its frame, made when they look. */
export class SharedPacketOptions implements PacketOptions {
  readonly compress: boolean;
  readonly prepared: PreparedMessage;

  constructor(compress: boolean, prepared: PreparedMessage) {
    this.compress = compress;
    this.prepared = prepared;
  }

  get wsPreEncodedFrame(): readonly Buffer[] {
    return this.prepared.frameViews;
  }
}

/** An Engine.IO packet (protocol v4, "Packet encoding"). */
export interface EnginePacket {
  type: PacketType;
  data?: RawData;
  options?: PacketOptions;
}

export const COMPRESS: PacketOptions = Object.freeze({ compress: true });
export const DO_NOT_COMPRESS: PacketOptions = Object.freeze({ compress: false });

/**
 * Size of a packet's data on a WebSocket, without frame header.
 *
 * @returns bytes
 */
export function packetBytes(packet: EnginePacket): number {
  const data: unknown = packet.data;
  if (typeof data === "string") return 1 + Buffer.byteLength(data);
  if (ArrayBuffer.isView(data) || data instanceof ArrayBuffer) return data.byteLength;
  return 1 + textOf(packet.data).length;
}

/** The text that stands for what is neither text nor bytes; all that is falsy is the empty text. */
export function textOf(data: RawData): string {
  return String(data || "");
}
