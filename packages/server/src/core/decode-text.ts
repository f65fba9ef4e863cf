import { ACK, BINARY_ACK, BINARY_EVENT, CONNECT, DISCONNECT, EVENT } from "../constants.js";
import { ServerError } from "../errors.js";
import { PendingPacket } from "./pending-packet.js";
import { assertNesting } from "./nesting.js";
import type { Packet, PacketLimits } from "./packet.js";
import { findPlaceholders, mayHoldPlaceholder } from "./placeholders.js";
import { RESERVED_EVENTS } from "./reserved-events.js";

const SLASH = 0x2f;
const ZERO = 0x30;
const DASH = 0x2d;

/** The packet types this decoder reads by itself: events and acknowledgements, with and without attachments. */
export function isEventOrAck(text: string): boolean {
  const type = text.charCodeAt(0) - ZERO;
  return type === EVENT || type === ACK || type === BINARY_EVENT || type === BINARY_ACK;
}

/**
 * Decodes an event or an acknowledgement: `<type>[<attachments>-][<nsp>,][<ack id>]<json>` (protocol v5, "Packet
 * encoding"). Equal to socket.io-parser in results and error texts, with the bounds of {@link PacketLimits} on top.
 *
 * @returns a packet, or what waits for its attachments
 * @throws Error with the texts of socket.io-parser, ServerError beyond them
 */
export function decodeText(text: string, limits: PacketLimits): Packet | PendingPacket {
  let type = text.charCodeAt(0) - ZERO;
  let at = 1;
  let attachments = 0;
  if (type === BINARY_EVENT || type === BINARY_ACK) {
    attachments = readAttachmentCount(text, limits.maxAttachments);
    at = text.indexOf("-") + 1;
    type -= BINARY_EVENT - EVENT;
  }

  let nsp = "/";
  if (text.charCodeAt(at) === SLASH) {
    const comma = text.indexOf(",", at);
    nsp = comma === -1 ? text.slice(at) : text.slice(at, comma);
    at = comma === -1 ? text.length : comma + 1;
  }

  let id: number | undefined;
  for (let digit = text.charCodeAt(at) - ZERO; digit >= 0 && digit <= 9; digit = text.charCodeAt(++at) - ZERO) {
    id = (id ?? 0) * 10 + digit;
    if (id > Number.MAX_SAFE_INTEGER) throw new ServerError("ERR_INVALID_ACK_ID", "ack id exceeds 2^53 - 1");
  }

  // An acknowledgement without arguments may leave them out.
  if (at >= text.length && type === ACK && attachments === 0) return { type, nsp, id, data: undefined };
  const data = parseArguments(text, at, type, limits);
  const packet: Packet = { type, nsp, id, data };
  if (attachments > 0) return new PendingPacket(packet, attachments, limits.maxAttachmentBytes);
  if (mayHoldPlaceholder(text, at) && findPlaceholders(data).length > 0) {
    // Relayed beside a real attachment it would be taken for one and end the connection of the receiver.
    throw new ServerError("ERR_PLACEHOLDER_NOT_ANNOUNCED", "placeholder in a packet without attachments");
  }
  return packet;
}

/**
 * Decodes CONNECT and DISCONNECT without a payload: `0`, `1`, `0/nsp,`, `1/nsp,`.
 *
 * @returns null for every other text
 */
export function decodeBare(text: string): Packet | null {
  const type = text.charCodeAt(0) - ZERO;
  if (type !== CONNECT && type !== DISCONNECT) return null;
  if (text.length === 1) return { type, nsp: "/", id: undefined, data: undefined };
  const end = text.length - 1;
  if (text.charCodeAt(1) !== SLASH || text.indexOf(",") !== end) return null;
  return { type, nsp: text.slice(1, end), id: undefined, data: undefined };
}

function parseArguments(text: string, at: number, type: number, limits: PacketLimits): unknown[] {
  assertNesting(text, at, limits.maxNestingDepth);
  const data = parseJson(text.slice(at));
  if (!Array.isArray(data) || (type === EVENT && !isEventName(data[0]))) throw new Error("invalid payload");
  if (data.length - (type === EVENT ? 1 : 0) > limits.maxEventArguments) {
    throw new ServerError(
      "ERR_TOO_MANY_ARGUMENTS",
      `${data.length} arguments exceed the limit of ${limits.maxEventArguments}`,
    );
  }
  return data;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error("invalid payload");
  }
}

/** An event is named by a string that is not reserved, or by a number. JSON makes null of 1e999: nobody could pass it on. */
function isEventName(name: unknown): boolean {
  return typeof name === "string" ? !RESERVED_EVENTS.has(name) : Number.isFinite(name);
}

function readAttachmentCount(text: string, max: number): number {
  let count = 0;
  let at = 1;
  // Digits by character: Number() also takes "1e1", "0x1" and blanks.
  for (let digit = text.charCodeAt(at) - ZERO; digit >= 0 && digit <= 9; digit = text.charCodeAt(++at) - ZERO) {
    count = count * 10 + digit;
  }
  if (count === 0 || text.charCodeAt(at) !== DASH) throw new Error("Illegal attachments");
  if (count > max) throw new Error("too many attachments");
  return count;
}
