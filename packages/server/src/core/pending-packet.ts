import { ServerError } from "../errors.js";
import type { Packet } from "./packet.js";
import { findPlaceholders, type Slot } from "./placeholders.js";

/** Bytes of one attachment, in the form the engine delivers them. */
export type Attachment = ArrayBuffer | ArrayBufferView;

/** A packet whose attachments are still on their way. Each announced index is used exactly once, or it is refused. */
export class PendingPacket {
  private readonly packet: Packet;
  private readonly slots: readonly Slot[];
  private readonly attachments: Attachment[] = [];
  private bytesLeft: number;

  /** @throws ServerError when the placeholders are not the integers from 0 to `count - 1`, each once */
  constructor(packet: Packet, count: number, maxBytes: number) {
    this.packet = packet;
    this.bytesLeft = maxBytes;
    this.slots = findPlaceholders(packet.data);
    if (this.slots.length !== count) throw illegal();
    for (const { num } of this.slots) {
      if (!Number.isInteger(num) || (num as number) < 0 || (num as number) >= count) throw illegal();
    }
    if (count > 1 && new Set(this.slots.map(({ num }) => num)).size !== count) throw illegal();
  }

  /**
   * Takes the next attachment.
   *
   * @returns the whole packet once this was the last one, else null
   * @throws ServerError when the attachments exceed their bytes
   */
  add(attachment: Attachment): Packet | null {
    this.bytesLeft -= attachment.byteLength;
    if (this.bytesLeft < 0) {
      throw new ServerError("ERR_ATTACHMENTS_TOO_LARGE", `attachments exceed their limit by ${-this.bytesLeft} bytes`);
    }
    this.attachments.push(attachment);
    if (this.attachments.length < this.slots.length) return null;
    for (const slot of this.slots) slot.holder[slot.key] = this.attachments[slot.num as number];
    return this.packet;
  }
}

function illegal(): ServerError {
  return new ServerError("ERR_ILLEGAL_ATTACHMENTS", "illegal attachments");
}
