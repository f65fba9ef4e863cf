import { ACK, BINARY_EVENT, EVENT } from "../constants.js";
import { extractBinary, hasBinary, isBinary } from "./binary.js";
import type { Packet } from "./packet.js";

/**
 * Encodes an event or an acknowledgement that holds no binary. Byte for byte what socket.io-parser gives.
 *
 * @returns null when the data holds binary: see {@link encodeBinary}
 * @throws TypeError for what JSON refuses: a BigInt, a circle
 */
export function encodeText(type: number, nsp: string, id: number | undefined, data: unknown[]): string | null {
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (typeof value === "object" && value !== null && hasBinary(value)) return null;
  }
  return header(type, nsp, id) + JSON.stringify(data);
}

/** Encodes an event or an acknowledgement with its binary values as attachments: the text, then each attachment. */
export function encodeBinary(type: number, nsp: string, id: number | undefined, data: unknown[]): unknown[] {
  const attachments: unknown[] = [];
  const json = isFlat(data) ? flatJson(data, attachments) : JSON.stringify(extractBinary(data, attachments));
  const text = `${type + BINARY_EVENT - EVENT}${attachments.length}-${header("", nsp, id)}${json}`;
  return [text, ...attachments];
}

/** Nearly all packets with binary: it stands among the arguments, not inside one, so there is nothing to walk and copy. */
function isFlat(data: readonly unknown[]): boolean {
  return data.every((value) => typeof value !== "object" || value === null || isBinary(value));
}

function flatJson(data: readonly unknown[], attachments: unknown[]): string {
  let json = "[";
  for (const value of data) {
    if (json.length > 1) json += ",";
    if (typeof value === "object" && value !== null) {
      json += `{"_placeholder":true,"num":${attachments.length}}`;
      attachments.push(value);
    } else {
      // As inside an array: null for what JSON does not know.
      json += (JSON.stringify(value) as string | undefined) ?? "null";
    }
  }
  return `${json}]`;
}

/** Encodes a packet that never holds binary: CONNECT, DISCONNECT, CONNECT_ERROR. */
export function encodePlain({ type, nsp, id, data }: Packet): string {
  return data === undefined || data === null ? header(type, nsp, id) : header(type, nsp, id) + JSON.stringify(data);
}

/** Encodes any packet of an event or an acknowledgement: one text, or a text and its attachments. */
export function encodeEvent(packet: Packet): unknown[] {
  const data = packet.data as unknown[];
  const text = encodeText(packet.type, packet.nsp, packet.id, data);
  return text === null ? encodeBinary(packet.type, packet.nsp, packet.id, data) : [text];
}

/** True for packets {@link encodeEvent} takes. */
export function isEventPacket(packet: Packet): boolean {
  return (packet.type === EVENT || packet.type === ACK) && Array.isArray(packet.data);
}

function header(type: number | "", nsp: string, id: number | undefined): string {
  const start = nsp === "/" ? `${type}` : `${type}${nsp},`;
  return id === undefined ? start : start + id;
}
