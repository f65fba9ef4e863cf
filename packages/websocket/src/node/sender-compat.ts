import { randomFillSync } from "node:crypto";
import type { Duplex } from "node:stream";
import { closeStatus } from "../core/close-payload.js";
import { firstByte, frameHeader } from "../core/frame-encoder.js";
import { applyMask } from "../core/mask.js";
import type { FrameOutput, SendCallback } from "../core/frame-output.js";
import { MessageSender } from "../core/message-sender.js";
import { Opcode } from "../core/opcode.js";
import { maskSource } from "./client-options.js";
import { sendBytes, type SendOptions } from "./outgoing.js";
import type { PerMessageDeflate } from "./permessage-deflate-compat.js";
import { isBlob, laterFrame, readBlob, toControlPayload, toPayload, type SendData } from "./send-data.js";

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

/** The extensions a `Sender` uses. */
export interface SenderExtensions {
  readonly "permessage-deflate"?: PerMessageDeflate | undefined;
}

/** `ws`'s sender: writes messages to a socket as frames. Whether it masks is what its first call says. */
export class Sender {
  private readonly socket: Duplex;
  private readonly extensions: SenderExtensions;
  private readonly generateMask: ((mask: Buffer) => void) | undefined;
  private sender: MessageSender | null = null;

  constructor(socket: Duplex, extensions: SenderExtensions = {}, generateMask?: (mask: Buffer) => void) {
    this.socket = socket;
    this.extensions = extensions;
    this.generateMask = generateMask;
  }

  /** A frame as `[header, payload]`. */
  static frame(data: Buffer | string, options: FrameOptions): [header: Buffer, payload: Buffer] {
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

  send(data: SendData, options: SendOptions, done?: SendCallback): void {
    const sender = this.messages(options.mask);
    if (isBlob(data)) {
      const frame = laterFrame(data, options.binary === false ? Opcode.Text : Opcode.Binary, options);
      return sender.sendLater(frame, done ?? null, (ready) => readBlob(data, ready));
    }
    sendBytes(sender, toPayload(data), options, options.compress === true, done ?? null);
  }

  /** @throws {RangeError} above 125 bytes */
  ping(data: SendData, mask?: boolean, done?: SendCallback): void {
    this.messages(mask).sendControl(Opcode.Ping, toControlPayload(data), done ?? null);
  }

  /** @throws {RangeError} above 125 bytes */
  pong(data: SendData, mask?: boolean, done?: SendCallback): void {
    this.messages(mask).sendControl(Opcode.Pong, toControlPayload(data), done ?? null);
  }

  /** @throws {TypeError} for a code that may not be sent; {RangeError} for a reason above 123 bytes */
  close(code?: number, reason?: string | Buffer, mask?: boolean, done?: SendCallback): void {
    this.messages(mask).sendClose(closeStatus(code, reason), done ?? null);
  }

  /** Writes a frame made by `Sender.frame`. */
  sendFrame(frame: readonly Buffer[], done?: SendCallback): void {
    this.messages(false).sendFrame(Buffer.concat(frame), done ?? null);
  }

  private messages(mask: boolean | undefined): MessageSender {
    const deflater = this.extensions["permessage-deflate"]?.agreed().deflater ?? null;
    const nextKey = mask === true ? maskSource({ generateMask: this.generateMask }) : null;
    return (this.sender ??= new MessageSender(new PlainOutput(this.socket), deflater, nextKey));
  }
}

/** Each frame is a write. */
class PlainOutput implements FrameOutput {
  private readonly socket: Duplex;

  constructor(socket: Duplex) {
    this.socket = socket;
  }

  get isCongested(): boolean {
    return this.socket.writableLength > 0;
  }

  write(bytes: string | Buffer, done: SendCallback | null): void {
    this.socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes, done ?? undefined);
  }

  writeNow(header: Buffer, payload: Buffer, done: SendCallback | null): void {
    this.socket.write(header);
    this.socket.write(payload, done ?? undefined);
  }

  reportDrain(): void {} // nobody waits

  end(): void {
    this.socket.end();
  }
}
