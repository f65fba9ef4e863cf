import { isDeeper, isObject, MAX_DEPTH } from "./attachments.js";
import { ACK, BINARY_EVENT, CONNECT, CONNECT_ERROR, EVENT, isReservedEvent, type Packet } from "./packet.js";

/** As the second argument of `JSON.parse`. */
export type JsonReviver = (this: unknown, key: string, value: unknown) => unknown;

/** Type, number of attachments, namespace, acknowledgement id; the data follow. */
const HEADER = /^([0-6])(?:(\d*)-)?(?:(\/[^,]*),?)?(\d*)/;

/**
 * Reads the text of a packet (Socket.IO protocol v5). Binary types come out as EVENT and ACK, with `attachments` set.
 *
 * @param maxAttachments of one packet
 * @throws Error with one of the texts programs know, such as `invalid payload`
 */
export function decodePacket(text: string, maxAttachments: number, reviver?: JsonReviver): Packet {
  const match = HEADER.exec(text);
  if (!match) throw new Error(`unknown packet type ${Number.parseInt(text[0]!, 10)}`);
  const [header, digit, count, nsp = "/", id] = match as unknown as [string, string, string?, string?, string?];
  const packet: Packet = { type: +digit, nsp };

  if (packet.type >= BINARY_EVENT) {
    packet.type -= 3; // EVENT, ACK
    if (!(+count! > 0)) throw new Error("Illegal attachments");
    if (+count! > maxAttachments) throw new Error("too many attachments");
  }
  if (id) packet.id = +id;
  if (header.length < text.length) packet.data = parseJson(text.slice(header.length), reviver);
  if (!isValid(packet) || (count !== undefined && +digit < BINARY_EVENT)) throw new Error("invalid payload");
  // Last: engines take out fast what was put in last.
  if (count !== undefined) packet.attachments = +count;
  return packet;
}

/** @returns null, which no type of packet may carry, when it is not JSON that we accept */
function parseJson(json: string, reviver: JsonReviver | undefined): unknown {
  try {
    const data: unknown = JSON.parse(json, reviver as Parameters<typeof JSON.parse>[1]);
    // A shorter text cannot open and close that many levels.
    return json.length > 2 * MAX_DEPTH && isDeeper(data, MAX_DEPTH) ? null : data;
  } catch {
    return null;
  }
}

function isValid({ type, id = 0, data }: Packet): boolean {
  if (!Number.isSafeInteger(id)) return false;
  if (Array.isArray(data)) return type === ACK || (type === EVENT && isEventName(data[0]));
  if (data === undefined) return type < EVENT; // CONNECT, DISCONNECT
  if (type === CONNECT_ERROR && typeof data === "string") return true;
  return (type === CONNECT || type === CONNECT_ERROR) && isObject(data);
}

function isEventName(name: unknown): boolean {
  return typeof name === "number" || (typeof name === "string" && !isReservedEvent(name));
}
