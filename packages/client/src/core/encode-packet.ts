import { extractAttachments } from "./attachments.js";
import { ACK, EVENT, type Packet } from "./packet.js";

/** As the second argument of `JSON.stringify`. */
export type JsonReplacer = (this: unknown, key: string, value: unknown) => unknown;

/**
 * The messages of a packet: its text, then its attachments in order (Socket.IO protocol v5, "Packet encoding").
 *
 * @throws TypeError for what JSON cannot hold, RangeError for data nested too deeply
 */
export function encodePacket({ type, nsp, id, data }: Packet, replacer?: JsonReplacer): unknown[] {
  const attachments: unknown[] = [];
  let announcement = "";
  if (type === EVENT || type === ACK) {
    const extracted = extractAttachments(data, attachments);
    if (attachments.length > 0) {
      type += 3; // BINARY_EVENT, BINARY_ACK
      data = extracted;
      announcement = `${attachments.length}-`;
    }
  }
  const namespace = nsp && nsp !== "/" ? `${nsp},` : "";
  const json = data == null ? "" : JSON.stringify(data, replacer as Parameters<typeof JSON.stringify>[1]);
  return [`${type}${announcement}${namespace}${id ?? ""}${json}`, ...attachments];
}
