import { AsyncResource } from "node:async_hooks";
import type { MessageSender } from "../core/message-sender.js";
import { Opcode } from "../core/opcode.js";
import type { LaterFrame } from "../core/later-frame.js";
import type { SendCallback } from "../core/frame-output.js";
import { nextTick } from "./event-loop.js";
import { notOpen, readyStateOf } from "./ready-state.js";
import {
  assertControlLength,
  isBlob,
  laterFrame,
  payloadBytes,
  readBlob,
  toControlPayload,
  toPayload,
  type SendData,
} from "./send-data.js";
import type { SocketShell } from "./socket-shell.js";

/** Options of `send`. */
export interface SendOptions {
  /** Binary or text; default: text for strings and numbers. */
  readonly binary?: boolean | undefined;
  /** Deflate it, when that was negotiated and it is long enough. Default true. */
  readonly compress?: boolean | undefined;
  /** False: more fragments of this message follow. Default true. */
  readonly fin?: boolean | undefined;
  /** Accepted for `ws`; clients mask, servers do not. */
  readonly mask?: boolean | undefined;
}

/** Those of a message without options. */
export const DEFAULT_SEND: SendOptions = {};

/** What applications hand to a WebSocket, in all its forms, and what becomes of it in each state. */
export class Outgoing {
  private readonly shell: SocketShell;
  private lost = 0;

  constructor(shell: SocketShell) {
    this.shell = shell;
  }

  /** Bytes of what was sent after the end. */
  get lostBytes(): number {
    return this.lost;
  }

  /** @throws {Error} while connecting; {TypeError} for data that cannot be sent */
  send(data: SendData, options: SendOptions, callback: SendCallback | null): void {
    this.assertNotConnecting();
    const done = callback === null ? null : inItsContext(callback);
    if (isBlob(data)) {
      const opcode = options.binary === false ? Opcode.Text : Opcode.Binary;
      return this.sendBlob(data, laterFrame(data, opcode, options), done);
    }
    const payload = toPayload(data);
    const sender = this.shell.openSender();
    if (sender === null) return this.lose(payloadBytes(payload), done);
    const compress = options.compress !== false;
    if (typeof payload === "string" && options.binary !== true && options.fin !== false && !sender.isInFragments) {
      return sender.sendText(payload, compress, done);
    }
    sendBytes(sender, payload, options, compress, done);
  }

  /**
   * Sends a Ping or Pong. What follows `opcode` are the arguments of `ping` and `pong`: the callback may stand in the place of each.
   *
   * @throws {Error} while connecting; {RangeError} above 125 bytes
   */
  sendControl(
    opcode: typeof Opcode.Ping | typeof Opcode.Pong,
    given: SendData | SendCallback | undefined,
    mask: boolean | SendCallback | undefined,
    callback: SendCallback | undefined,
  ): void {
    this.assertNotConnecting();
    const data = typeof given === "function" ? undefined : given;
    const named = [given, mask, callback].find((argument) => typeof argument === "function");
    const done = named === undefined ? null : inItsContext(named);
    const sender = this.shell.openSender();
    if (sender === null) return this.lose(isBlob(data) ? data.size : payloadBytes(toPayload(data)), done);
    if (!isBlob(data)) return sender.sendControl(opcode, toControlPayload(data), done);
    assertControlLength(data.size);
    this.sendBlob(data, laterFrame(data, opcode, DEFAULT_SEND), done);
  }

  private sendBlob(blob: Blob, frame: LaterFrame, done: SendCallback | null): void {
    const sender = this.shell.openSender();
    if (sender === null) return this.lose(blob.size, done);
    sender.sendLater(frame, done, (ready) => {
      readBlob(blob, (error, data) => {
        try {
          ready(error, data);
        } finally {
          if (error !== null) this.blobFailed(error); // also when a send callback throws
        }
      });
    });
  }

  /** What was to come is not there: the peer would wait for it in vain. */
  private blobFailed(error: Error): void {
    const { state } = this.shell.connection;
    if (state.tag === "closing" && state.by === "failure") this.shell.connection.terminate(); // it has had its error
    else if (state.tag !== "closed") this.shell.abort(error);
  }

  /** WHATWG: what is sent after the end counts as buffered for ever. */
  private lose(bytes: number, done: SendCallback | null): void {
    this.lost += bytes;
    if (done !== null) nextTick(done, notOpen(readyStateOf(this.shell.connection.state)));
  }

  private assertNotConnecting(): void {
    if (this.shell.connection.state.tag === "connecting") throw notOpen(0);
  }
}

/** Sends a message, or a fragment of one, whose opcode the options tell, or else the payload. */
export function sendBytes(
  sender: MessageSender,
  payload: string | Uint8Array,
  options: SendOptions,
  compress: boolean,
  done: SendCallback | null,
): void {
  const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
  const opcode = (options.binary ?? typeof payload !== "string") ? Opcode.Binary : Opcode.Text;
  if (options.fin === false || sender.isInFragments) sender.sendFragment(opcode, bytes, options.fin !== false, done);
  else sender.sendMessage(opcode, bytes, compress, done);
}

/** Many sends leave in one write, whose context is that of the first: an `AsyncLocalStorage` would show its store to the others. */
function inItsContext(callback: SendCallback): SendCallback {
  const context = new AsyncResource("WebSocketSend");
  return (error) => context.runInAsyncScope(callback, undefined, error);
}
