import { Decoder, Encoder, type Packet as ParserPacket } from "socket.io-parser";
import { CONNECT_ERROR, EVENT } from "./constants.js";
import { decodeBare, decodeText, isEventOrAck } from "./core/decode-text.js";
import { encodeEvent, encodePlain, isEventPacket } from "./core/encode.js";
import { assertNesting } from "./core/nesting.js";
import type { Packet, PacketLimits } from "./core/packet.js";
import type { PendingPacket } from "./core/pending-packet.js";

/** The default encoder: gives what that of socket.io-parser gives, by direct lines. */
export class PacketEncoder extends Encoder {
  override encode(packet: ParserPacket): unknown[] {
    if (isEventPacket(packet)) return encodeEvent(packet);
    const type: number = packet.type;
    return type < EVENT || type === CONNECT_ERROR ? [encodePlain(packet)] : super.encode(packet);
  }
}

let decoded: Packet | null = null;
/** Packets without attachments leave nothing behind in a decoder, so all connections share one. */
const shared = new Decoder();
shared.on("decoded", (packet) => {
  decoded = packet;
});

/**
 * Decodes a message with the default codec.
 *
 * @returns the packet, or what waits for the attachments that follow
 * @throws Error with the texts of socket.io-parser
 */
export function decodeMessage(text: string, limits: PacketLimits): Packet | PendingPacket {
  if (isEventOrAck(text)) return decodeText(text, limits);
  const bare = decodeBare(text);
  if (bare !== null) return bare;
  // Digits are digits: Number(" ") is 0 and would pass for CONNECT.
  if (!/^[014]/.test(text)) throw new Error(`unknown packet type ${Number.parseInt(text.charAt(0), 10)}`);
  assertNesting(text, payloadStart(text), limits.maxNestingDepth); // users pass on what a client says in `auth`
  decoded = null;
  shared.add(text);
  if (decoded === null) throw new Error("invalid payload");
  return decoded;
}

/** Where the JSON of a packet without attachments and acknowledgement id begins. */
function payloadStart(text: string): number {
  if (text.charAt(1) !== "/") return 1;
  const comma = text.indexOf(",");
  return comma === -1 ? text.length : comma + 1;
}

/**
 * Decodes the next message of a connection with the default codec.
 *
 * @param pending packet that waits for its attachments, if there is one
 * @returns the packet that is complete now, or the one that waits for more
 * @throws Error with the texts of socket.io-parser
 */
export function decodeNext(
  pending: PendingPacket | null,
  data: string | Buffer,
  limits: PacketLimits,
): Packet | PendingPacket {
  if (typeof data === "string") {
    if (pending !== null) throw new Error("got plaintext data when reconstructing a packet");
    return decodeMessage(data, limits);
  }
  if (!ArrayBuffer.isView(data) && !((data as unknown) instanceof ArrayBuffer)) {
    throw new Error(`Unknown type: ${String(data)}`);
  }
  if (pending === null) throw new Error("got binary data when not reconstructing a packet");
  return pending.add(data) ?? pending;
}
