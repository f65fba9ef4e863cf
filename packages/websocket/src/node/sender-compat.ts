import { randomFillSync } from "node:crypto";
import { firstByte, frameHeader } from "../core/frame-encoder.js";
import { applyMask } from "../core/mask.js";

/** Options of `Sender.frame`. */
export interface FrameOptions {
  /** Default true. */
  readonly fin?: boolean | undefined;
  readonly opcode: number;
  /** Default false. */
  readonly rsv1?: boolean | undefined;
  /** Mask it, as a client must. Default false. */
  readonly mask?: boolean | undefined;
  /** Do not mask in place: the data is changed otherwise. Default false. */
  readonly readOnly?: boolean | undefined;
  /** Where `generateMask` writes its four bytes. */
  readonly maskBuffer?: Buffer | undefined;
  readonly generateMask?: ((mask: Buffer) => void) | undefined;
}

/** What adapters reach of `ws`'s sender: frames made outside of a connection. */
export const Sender: { readonly frame: typeof senderFrame } = { frame: senderFrame };

/** A frame as `[header, payload]`. */
function senderFrame(data: Buffer | string, options: FrameOptions): [header: Buffer, payload: Buffer] {
  const payload = typeof data === "string" ? Buffer.from(data) : data;
  const header = frameHeader(firstByte(options.opcode, options.fin !== false, options.rsv1 === true), payload.length);
  if (options.mask !== true) return [header, payload];
  const mask = options.maskBuffer ?? Buffer.alloc(4);
  if (options.generateMask) options.generateMask(mask);
  else randomFillSync(mask, 0, 4);
  header[1]! |= 0x80;
  const masked = options.readOnly === true && typeof data !== "string" ? Buffer.from(payload) : payload;
  applyMask(masked, 0, masked.length, mask.readInt32LE(0), 0);
  return [Buffer.concat([header, mask.subarray(0, 4)]), masked];
}
