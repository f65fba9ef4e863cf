import { decodePacket, decodePayload } from "engine.io-parser";
import { type EnginePacket, type PacketType, textOf } from "./packet.js";

/** Turns packets into what a transport carries, and back. One for each protocol revision. */
export interface Codec {
  /** One packet for a transport with messages (WebSocket). */
  encodePacket(packet: EnginePacket, supportsBinary: boolean): string | Buffer;
  /** One message of a transport with messages. Never throws: what cannot be decoded is an `error` packet. */
  decodePacket(data: string | Buffer): EnginePacket;
  /** Several packets for HTTP long-polling. */
  encodePayload(packets: readonly EnginePacket[], supportsBinary: boolean): string | Buffer;
  /** A POST body; stops at the first packet that cannot be decoded, which is an `error` packet. */
  decodePayload(body: string | Buffer, maxPackets: number): EnginePacket[];
}

const SEPARATOR = "\x1e";

const TYPE_IDS: Readonly<Record<PacketType, string>> = {
  open: "0",
  close: "1",
  ping: "2",
  pong: "3",
  message: "4",
  upgrade: "5",
  noop: "6",
  error: "",
};

export const ERROR_PACKET: EnginePacket = Object.freeze({ type: "error", data: "parser error" });

/** Engine.IO protocol v4, "Packet encoding". Decoding is the npm codec's; encoding is proven equal to it by test. */
export const codecV4: Codec = {
  encodePacket: encode,

  decodePacket(data) {
    return decodePacket(data);
  },

  encodePayload(packets) {
    let payload = "";
    for (let i = 0; i < packets.length; i++) {
      // Binary travels as base64 text in a payload.
      payload += (i === 0 ? "" : SEPARATOR) + (encode(packets[i] as EnginePacket, false) as string);
    }
    return payload;
  },

  decodePayload(body, maxPackets) {
    const text = typeof body === "string" ? body : body.toString("utf8");
    return countPackets(text) > maxPackets ? [ERROR_PACKET] : decodePayload(text);
  },
};

function encode(packet: EnginePacket, supportsBinary: boolean): string | Buffer {
  const data: unknown = packet.data;
  if (typeof data === "string") return TYPE_IDS[packet.type] + data;
  const bytes = toBuffer(data);
  if (bytes === null) return TYPE_IDS[packet.type] + textOf(packet.data);
  return supportsBinary ? bytes : "b" + bytes.toString("base64");
}

/** @returns the bytes of a Buffer, view or ArrayBuffer, not copied; `null` for anything else */
export function toBuffer(data: unknown): Buffer | null {
  if (Buffer.isBuffer(data)) return data;
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return data instanceof ArrayBuffer ? Buffer.from(data) : null;
}

function countPackets(payload: string): number {
  let count = 1;
  for (let at = payload.indexOf(SEPARATOR); at !== -1; at = payload.indexOf(SEPARATOR, at + 1)) {
    count += 1;
  }
  return count;
}
