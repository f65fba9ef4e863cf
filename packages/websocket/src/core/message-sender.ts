import { encodeClosePayload, type CloseStatus } from "./close-payload.js";
import type { CompressionDone, MessageDeflater } from "./compression-port.js";
import {
  firstByte,
  frame,
  frameHeader,
  frameString,
  maskedFrame,
  maskedTextFrame,
  textFrame,
  textFrameString,
} from "./frame-encoder.js";
import type { FrameOutput, SendCallback } from "./frame-output.js";
import type { BytesReady, LaterFrame } from "./later-frame.js";
import { Opcode } from "./opcode.js";
import type { PreparedMessage } from "./prepared-message.js";
import { SendQueue } from "./send-queue.js";

/** Up to this size a payload is copied behind its header; above, both are written side by side. */
const MAX_COPIED_BYTES = 16 * 1024;

/** Messages to frames, in order, also where some of them are deflated later than others. */
export class MessageSender {
  private readonly output: FrameOutput;
  private readonly deflater: MessageDeflater | null;
  /** Source of masking keys; null for a server, which does not mask (RFC 6455 §5.1). */
  private readonly nextKey: (() => number) | null;
  /** Made with the first message that is not ready at once. */
  private queue: SendQueue | null = null;
  private readonly onDeflated: CompressionDone | null;
  private deflatedOpcode: number = Opcode.Text;
  /** Answer to the latest Ping, while it cannot be written. */
  private pendingPong: Uint8Array | null = null;
  /** Inside a message sent in fragments. */
  private isFragmenting = false;

  constructor(output: FrameOutput, deflater: MessageDeflater | null, nextKey: (() => number) | null) {
    this.output = output;
    this.deflater = deflater;
    this.nextKey = nextKey;
    this.onDeflated = deflater === null ? null : (error, data) => this.deflated(error, data);
  }

  /** Bytes of messages that are not encoded yet. */
  get bufferedBytes(): number {
    return this.queue === null ? 0 : this.queue.bytes;
  }

  sendText(text: string, compress: boolean, done: SendCallback | null): void {
    if (this.isBusy) return this.wait(Buffer.byteLength(text), done, () => this.sendText(text, compress, done));
    if (compress && this.deflater !== null && isAtLeast(text, this.deflater.thresholdBytes)) {
      return this.deflate(this.deflater, Buffer.from(text), Opcode.Text, done);
    }
    if (this.nextKey !== null) return this.output.write(maskedTextFrame(text, this.nextKey()), done);
    this.output.write(textFrameString(text) ?? textFrame(text), done);
  }

  /** @param data the caller may change it after the call */
  sendBinary(data: Uint8Array, compress: boolean, done: SendCallback | null): void {
    this.sendMessage(Opcode.Binary, data, compress, done);
  }

  /** As `sendBinary`, also for text that is at hand as UTF-8. */
  sendMessage(
    opcode: typeof Opcode.Text | typeof Opcode.Binary,
    data: Uint8Array,
    compress: boolean,
    done: SendCallback | null,
  ): void {
    if (this.isBusy) {
      const copy = Buffer.from(data);
      return this.wait(copy.length, done, () => this.sendMessage(opcode, copy, compress, done));
    }
    if (compress && this.deflater !== null && data.length >= this.deflater.thresholdBytes) {
      return this.deflate(this.deflater, Buffer.from(data), opcode, done);
    }
    this.writeFrame(firstByte(opcode, true, false), data, done);
  }

  sendPrepared(message: PreparedMessage, compress: boolean, done: SendCallback | null): void {
    if (this.isBusy) return this.wait(message.bytes.length, done, () => this.sendPrepared(message, compress, done));
    const { deflater } = this;
    if (compress && deflater !== null && message.bytes.length >= deflater.thresholdBytes) {
      const shared = deflater.sharedWindowBits > 0 && this.nextKey === null ? message.deflatedFrame(deflater) : null;
      if (shared !== null) return this.output.write(shared, done);
      return this.deflate(deflater, message.bytes, message.opcode, done);
    }
    if (this.nextKey !== null) return this.writeFrame(firstByte(message.opcode, true, false), message.bytes, done);
    // What waits for a slow peer waits as bytes, which all share: a string would be copied for each when it leaves.
    this.output.write((this.output.isCongested ? null : message.frameString) ?? message.frame, done);
  }

  /**
   * A message, fragment or control frame whose bytes are not at hand yet; what is sent after it waits.
   *
   * @param start begins to fetch them; when it fails, what waits is dropped, and nothing more may be sent
   */
  sendLater(later: LaterFrame, done: SendCallback | null, start: (ready: BytesReady) => void): void {
    const { opcode, fin, compress } = later;
    if (opcode === Opcode.Ping || opcode === Opcode.Pong) {
      this.fetch(later.bytes, done, start, (data) => this.sendControl(opcode, data, done));
    } else if (fin && !this.isFragmenting) {
      this.fetch(later.bytes, done, start, (data) => this.sendMessage(opcode, data, compress, done));
    } else {
      const first = this.nextFragment(opcode, fin);
      this.fetch(later.bytes, done, start, (data) => this.writeFrame(first, data, done));
    }
  }

  /** A complete unmasked frame made elsewhere; for servers. */
  sendFrame(bytes: Buffer, done: SendCallback | null): void {
    if (this.isBusy) return this.wait(bytes.length, done, () => this.sendFrame(bytes, done));
    this.output.write(bytes, done);
  }

  /** A fragment of a message; `fin` on the last one. Fragmented messages are not compressed. */
  sendFragment(
    opcode: typeof Opcode.Text | typeof Opcode.Binary,
    data: Uint8Array,
    fin: boolean,
    done: SendCallback | null,
  ): void {
    this.sendPlain(this.nextFragment(opcode, fin), data, done);
  }

  /** True between the first and the last fragment of a message. */
  get isInFragments(): boolean {
    return this.isFragmenting;
  }

  /** A Ping or Pong frame. @param payload at most 125 bytes */
  sendControl(opcode: typeof Opcode.Ping | typeof Opcode.Pong, payload: Uint8Array, done: SendCallback | null): void {
    this.sendPlain(firstByte(opcode, true, false), payload, done);
  }

  /**
   * Answers a Ping. When the peer does not read, only the latest one is answered (RFC 6455 §5.5.3): at most one Pong waits.
   *
   * @param payload at most 125 bytes, not changed from now on
   */
  answerPing(payload: Uint8Array): void {
    if (this.isBusy || this.output.isCongested) this.pendingPong = payload;
    else this.sendControl(Opcode.Pong, payload, null);
  }

  /** To be called when the output is congested no more. */
  flushPong(): void {
    const payload = this.pendingPong;
    if (payload === null) return;
    this.pendingPong = null;
    this.answerPing(payload);
  }

  /** The Close frame, after all messages. */
  sendClose(status: CloseStatus, done: SendCallback | null = null): void {
    if (this.isBusy) return this.wait(0, done, () => this.sendClose(status, done));
    this.flushPong();
    this.pendingPong = null; // §5.5.1: nothing follows
    this.writeFrame(firstByte(Opcode.Close, true, false), encodeClosePayload(status), done);
  }

  /** Ends the writing side, after all messages. */
  end(): void {
    if (this.isBusy) return this.wait(0, null, () => this.output.end());
    this.output.end();
  }

  /** The socket is gone: what waits is dropped. @param reason of the error the callbacks get */
  discard(reason: string): void {
    this.deflater?.dispose();
    this.pendingPong = null;
    this.queue?.discard(reason);
  }

  /** A message is being deflated, or its bytes are being fetched: what comes after it waits. */
  private get isBusy(): boolean {
    return this.queue !== null && this.queue.isBusy;
  }

  /** First byte of the next fragment of a message. */
  private nextFragment(opcode: typeof Opcode.Text | typeof Opcode.Binary, fin: boolean): number {
    const first = firstByte(this.isFragmenting ? Opcode.Continuation : opcode, fin, false);
    this.isFragmenting = !fin;
    return first;
  }

  /** A frame that is not deflated. */
  private sendPlain(first: number, payload: Uint8Array, done: SendCallback | null): void {
    if (!this.isBusy) return this.writeFrame(first, payload, done);
    const copy = Buffer.from(payload);
    this.wait(copy.length, done, () => this.writeFrame(first, copy, done));
  }

  private fetch(
    bytes: number,
    done: SendCallback | null,
    start: (ready: BytesReady) => void,
    send: (data: Buffer) => void,
  ): void {
    if (this.isBusy) return this.wait(bytes, done, () => this.fetch(bytes, done, start, send));
    const queue = (this.queue ??= new SendQueue());
    queue.begin(bytes, done);
    start((error, data) => {
      if (!queue.isBusy) return; // discarded meanwhile
      queue.end();
      if (data !== null) {
        send(data);
        return this.settle(queue);
      }
      try {
        done?.(error);
      } finally {
        queue.discard("what was sent before it could not be read"); // the peer must not get one without the other
      }
    });
    queue.noteReturn();
  }

  private wait(bytes: number, done: SendCallback | null, run: () => void): void {
    this.queue?.wait(bytes, done, run);
  }

  private deflate(deflater: MessageDeflater, payload: Buffer, opcode: number, done: SendCallback | null): void {
    const queue = (this.queue ??= new SendQueue());
    queue.begin(payload.length, done);
    this.deflatedOpcode = opcode;
    if (this.onDeflated !== null) deflater.deflate(payload, this.onDeflated);
    queue.noteReturn();
  }

  private deflated(error: Error | null, data: Buffer | null): void {
    const { queue } = this;
    if (queue === null) return; // not reached: there is one since `deflate`
    const done = queue.end();
    if (data !== null) this.writeFrame(firstByte(this.deflatedOpcode, true, true), data, done);
    this.settle(queue);
    if (data === null) done?.(error); // last: it may send something, which comes after what waited
  }

  private settle(queue: SendQueue): void {
    this.flushPong();
    if (queue.settle()) this.output.reportDrain();
  }

  private writeFrame(first: number, payload: Uint8Array, done: SendCallback | null): void {
    if (this.nextKey !== null) return this.output.write(maskedFrame(first, payload, this.nextKey()), done);
    if (payload.length <= MAX_COPIED_BYTES) {
      return this.output.write(frameString(first, payload) ?? frame(first, payload), done);
    }
    const view = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    this.output.writeNow(frameHeader(first, payload.length), view, done);
  }
}

/** Whether text has at least so many bytes of UTF-8; counts only where its length does not tell. */
function isAtLeast(text: string, bytes: number): boolean {
  return text.length >= bytes || (text.length * 3 >= bytes && Buffer.byteLength(text) >= bytes);
}
