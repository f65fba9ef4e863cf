/** A text message for many recipients, framed at most once. */
export class PreparedMessage {
  readonly data: string;
  #frameViews: [header: Buffer, payload: Buffer] | null = null;

  constructor(data: string) {
    this.data = data;
  }

  /** Complete unmasked text frame (RFC 6455 §5.2), as header and payload. */
  get frameViews(): [header: Buffer, payload: Buffer] {
    this.#frameViews ??= frameText(this.data);
    return this.#frameViews;
  }
}

function frameText(text: string): [Buffer, Buffer] {
  const payload = Buffer.from(text);
  const length = payload.length;
  if (length < 126) {
    return [Buffer.from([0x81, length]), payload];
  }
  const header = Buffer.alloc(length <= 0xffff ? 4 : 10);
  header[0] = 0x81;
  if (length <= 0xffff) {
    header[1] = 126;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = 127;
    header.writeUIntBE(length, 4, 6);
  }
  return [header, payload];
}
