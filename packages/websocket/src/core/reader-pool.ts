import { MessageReader, type ReaderOwner, type ReceiveLimits } from "./message-reader.js";

/** Readers kept for the next connection; more are at work only while listeners of one connection feed another. */
const MAX_IDLE_READERS = 16;

/**
 * Lends readers to connections that are inside a message, or have bytes to be parsed. Nearly all connections of a server are between
 * messages, where a reader holds nothing, and would be a fifth of what a connection costs.
 */
export class ReaderPool {
  readonly limits: ReceiveLimits;
  private readonly role: "server" | "client";
  private readonly plain: MessageReader[] = [];
  private readonly inflating: MessageReader[] = [];

  constructor(role: "server" | "client", limits: ReceiveLimits) {
    this.role = role;
    this.limits = limits;
  }

  /** @param inflates whether permessage-deflate was negotiated: RSV1 may be set (RFC 7692 §6) */
  borrow(owner: ReaderOwner, inflates: boolean): MessageReader {
    const idle = inflates ? this.inflating : this.plain;
    const reader = idle.pop() ?? new MessageReader(this.role, this.limits, inflates);
    reader.serve(owner);
    return reader;
  }

  /** @param reader between messages */
  giveBack(reader: MessageReader): void {
    reader.retire();
    const idle = reader.inflates ? this.inflating : this.plain;
    if (idle.length < MAX_IDLE_READERS) idle.push(reader);
  }
}
