import type { MessageDeflater } from "./compression-port.js";
import { firstByte, frame, textFrame, textFrameString } from "./frame-encoder.js";
import { Opcode } from "./opcode.js";

/** One message for many recipients: each form of its frame is made at most once, on first use. */
export class PreparedMessage {
  /** A string is sent as a text message, a Buffer as a binary one. Must not be changed. */
  readonly data: string | Buffer;
  private cachedBytes: Buffer | null = null;
  private cachedFrame: Buffer | null = null;
  /** null: it is not short ASCII text; undefined: nobody has asked. */
  private cachedString: string | null | undefined = undefined;
  /** By window bits. */
  private deflated: Map<number, Buffer | null> | null = null;

  constructor(data: string | Buffer) {
    this.data = data;
  }

  /** Opcode of its frame. */
  get opcode(): typeof Opcode.Text | typeof Opcode.Binary {
    return typeof this.data === "string" ? Opcode.Text : Opcode.Binary;
  }

  /** The payload as bytes. */
  get bytes(): Buffer {
    this.cachedBytes ??= typeof this.data === "string" ? Buffer.from(this.data) : this.data;
    return this.cachedBytes;
  }

  /** The complete unmasked frame. */
  get frame(): Buffer {
    this.cachedFrame ??=
      typeof this.data === "string" ? textFrame(this.data) : frame(firstByte(Opcode.Binary, true, false), this.data);
    return this.cachedFrame;
  }

  /** The same frame as a latin1 string; null when it is not short ASCII text. */
  get frameString(): string | null {
    if (this.cachedString === undefined) {
      this.cachedString = typeof this.data === "string" ? textFrameString(this.data) : null;
    }
    return this.cachedString;
  }

  /** Header and payload: two views of `frame`. */
  get frameViews(): [header: Buffer, payload: Buffer] {
    const { frame } = this;
    const short = frame[1]!;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    return [frame.subarray(0, header), frame.subarray(header)];
  }

  /**
   * The complete unmasked, deflated frame, for all connections with the same `sharedWindowBits` (RFC 7692 §7.2.1).
   *
   * @param deflater of any of them; its `sharedWindowBits` is not 0
   * @returns null when the message is too long to be deflated at once
   */
  deflatedFrame(deflater: MessageDeflater): Buffer | null {
    this.deflated ??= new Map<number, Buffer | null>();
    const cached = this.deflated.get(deflater.sharedWindowBits);
    if (cached !== undefined) return cached;
    const payload = deflater.deflateShared(this.bytes);
    const made = payload === null ? null : frame(firstByte(this.opcode, true, true), payload);
    this.deflated.set(deflater.sharedWindowBits, made);
    return made;
  }
}
