/// <reference types="node" />
import { describe, expect, it, vi } from "vitest";
import type { CompressionDone, MessageDeflater } from "./compression-port.js";
import { WebSocketError } from "./errors.js";
import type { LaterFrame } from "./later-frame.js";
import type { FrameOutput, SendCallback } from "./frame-output.js";
import { MessageSender } from "./message-sender.js";
import { Opcode } from "./opcode.js";
import { PreparedMessage } from "./prepared-message.js";

/** An output that writes down what it gets, as latin1. */
class Output implements FrameOutput {
  isCongested = false;
  readonly written: string[] = [];
  readonly callbacks: (SendCallback | null)[] = [];

  write(bytes: string | Buffer, done: SendCallback | null): void {
    this.written.push(typeof bytes === "string" ? bytes : bytes.toString("latin1"));
    this.callbacks.push(done);
  }
  writeNow(header: Buffer, payload: Buffer, done: SendCallback | null): void {
    this.write(`now:${header.toString("latin1")}`, null);
    this.write(payload, done);
  }
  drains = 0;
  reportDrain(): void {
    this.drains++;
  }
  end(): void {
    this.written.push("end");
  }
}

/** Deflates by putting `z` before the payload, at once or when told to. */
class Deflater implements MessageDeflater {
  readonly thresholdBytes = 4;
  readonly pending: [payload: Buffer, done: CompressionDone][] = [];
  isDisposed = false;

  constructor(
    private readonly isLate: boolean,
    readonly sharedWindowBits = 0,
    private readonly sharesUpTo = Infinity,
  ) {}

  deflate(payload: Buffer, done: CompressionDone): void {
    this.pending.push([payload, done]);
    if (!this.isLate) this.finish();
  }
  finish(error: WebSocketError | null = null): void {
    const [payload, done] = this.pending.shift()!;
    done(error, error === null ? z(payload) : null);
  }
  deflateShared(payload: Buffer): Buffer | null {
    return payload.length > this.sharesUpTo ? null : z(payload);
  }
  dispose(): void {
    this.isDisposed = true;
  }
}

function z(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from("z"), payload]);
}

const KEY = 0;

describe("a server's messages", () => {
  it("are not masked", () => {
    const output = new Output();
    const sender = new MessageSender(output, null, null);
    sender.sendText("ascii", true, null);
    sender.sendText("é", true, null);
    sender.sendBinary(Buffer.from("bin"), true, null);
    sender.sendPrepared(new PreparedMessage("text"), true, null);
    sender.sendPrepared(new PreparedMessage(Buffer.from("bytes")), true, null);
    sender.sendFrame(Buffer.from("frame"), null);
    sender.sendControl(Opcode.Ping, Buffer.from("p"), null);
    sender.sendClose({ code: 1000, reason: Buffer.from("bye") });
    sender.end();
    expect(output.written).toEqual([
      "\x81\x05ascii",
      "\x81\x02\xc3\xa9",
      "\x82\x03bin",
      "\x81\x04text",
      "\x82\x05bytes",
      "frame",
      "\x89\x01p",
      "\x88\x05\x03\xe8bye",
      "end",
    ]);
  });

  it("are copied when short; long ones leave at once", () => {
    const output = new Output();
    const sender = new MessageSender(output, null, null);
    const short = Buffer.alloc(16 * 1024, 1);
    sender.sendBinary(short, false, null);
    sender.sendBinary(Buffer.alloc(16 * 1024 + 1, 1), false, null);
    expect(output.written.map((each) => each.length)).toEqual([4 + 16_384, "now:".length + 4, 16_385]);
  });

  it("hand their callback to the output", () => {
    const output = new Output();
    const done = vi.fn();
    const sender = new MessageSender(output, new Deflater(false), null);
    sender.sendText("a", false, done);
    sender.sendText("long enough", true, done);
    sender.sendBinary(Buffer.alloc(20_000), false, done);
    expect(output.callbacks).toEqual([done, done, null, done]);
  });
});

describe("a client's messages", () => {
  it("are masked with a key of their own", () => {
    const output = new Output();
    let keys = 0;
    const sender = new MessageSender(output, new Deflater(false, 15), () => (keys++, KEY));
    sender.sendText("abc", true, null);
    sender.sendText("abcd", true, null);
    sender.sendBinary(Buffer.from("xyz"), true, null);
    sender.sendPrepared(new PreparedMessage("abc"), false, null);
    sender.sendPrepared(new PreparedMessage("abcd"), true, null);
    sender.sendControl(Opcode.Pong, Buffer.alloc(0), null);
    sender.sendClose({ code: 1005, reason: Buffer.alloc(0) });
    expect(output.written).toEqual([
      "\x81\x83\0\0\0\0abc",
      "\xc1\x85\0\0\0\0zabcd",
      "\x82\x83\0\0\0\0xyz",
      "\x81\x83\0\0\0\0abc",
      "\xc1\x85\0\0\0\0zabcd",
      "\x8a\x80\0\0\0\0",
      "\x88\x80\0\0\0\0",
    ]);
    expect(keys).toBe(7);
  });
});

describe("RFC 7692, deflated messages", () => {
  it.each([
    ["ab", "\x81\x02ab"],
    ["abcd", "\xc1\x05zabcd"],
    ["éé", "\xc1\x05z\xc3\xa9\xc3\xa9"],
    ["é", "\x81\x02\xc3\xa9"],
  ])("are those from the threshold on: %s", (text, expected) => {
    const output = new Output();
    const sender = new MessageSender(output, new Deflater(false), null);
    sender.sendText(text, true, null);
    sender.sendMessage(Opcode.Text, Buffer.from(text), true, null);
    sender.sendPrepared(new PreparedMessage(text), true, null);
    expect(output.written).toEqual([expected, expected, expected]);
  });

  it("share a prepared frame, unless it is too long for that", () => {
    const output = new Output();
    const sender = new MessageSender(output, new Deflater(false, 15, 5), null);
    sender.sendPrepared(new PreparedMessage("short"), true, null);
    sender.sendPrepared(new PreparedMessage("too long"), true, null);
    expect(output.written).toEqual(["\xc1\x06zshort", "\xc1\x09ztoo long"]);
  });

  it("keep everything behind them in order, while they take their time", () => {
    const output = new Output();
    const deflater = new Deflater(true);
    const sender = new MessageSender(output, deflater, null);
    sender.sendText("first", true, null);
    sender.sendText("a", true, null);
    sender.sendBinary(Buffer.from("second"), true, null);
    const reused = Buffer.from("b");
    sender.sendBinary(reused, true, null);
    sender.sendControl(Opcode.Ping, reused, null);
    sender.sendFragment(Opcode.Text, reused, false, null);
    sender.sendFragment(Opcode.Text, reused, true, null);
    reused.fill("!");
    sender.sendFrame(Buffer.from("frame"), null);
    sender.sendPrepared(new PreparedMessage("p"), true, null);
    sender.sendClose({ code: 1000, reason: Buffer.alloc(0) });
    sender.end();
    expect(output.written).toEqual([]);
    expect(sender.bufferedBytes).toBe(5 + 1 + 6 + 1 + 1 + 1 + 1 + 5 + 1);
    deflater.finish();
    expect(output.written).toEqual(["\xc1\x06zfirst", "\x81\x01a"]);
    deflater.finish();
    expect(output.written.slice(2)).toEqual([
      "\xc2\x07zsecond",
      "\x82\x01b",
      "\x89\x01b",
      "\x01\x01b",
      "\x80\x01b",
      "frame",
      "\x81\x01p",
      "\x88\x02\x03\xe8",
      "end",
    ]);
    expect(sender.bufferedBytes).toBe(0);
  });

  it("ask for a drain behind the last one that was late", () => {
    const output = new Output();
    const deflater = new Deflater(true);
    const sender = new MessageSender(output, deflater, null);
    sender.sendText("first", true, null);
    sender.sendText("second", true, null);
    sender.sendText("a", true, null);
    deflater.finish();
    expect(output.drains).toBe(0);
    deflater.finish();
    expect(output.drains).toBe(1);
    sender.sendText("b", true, null);
    expect(output.drains).toBe(1);
  });

  it("ask for none when they are ready at once", () => {
    const output = new Output();
    const sender = new MessageSender(output, new Deflater(false), null);
    sender.sendText("first", true, null);
    sender.sendText("second", true, null);
    expect(output.drains).toBe(0);
  });

  it("do not use the stack for a long queue", () => {
    const output = new Output();
    const deflater = new Deflater(true);
    const sender = new MessageSender(output, deflater, null);
    for (let count = 0; count < 20_000; count++) sender.sendText("abcd", true, null);
    deflater.finish();
    Object.assign(deflater, { isLate: false });
    deflater.finish();
    expect(output.written).toHaveLength(20_000);
  });

  it("report an error to their callback, and go on", () => {
    const output = new Output();
    const deflater = new Deflater(true);
    const done = vi.fn();
    const sender = new MessageSender(output, deflater, null);
    sender.sendText("first", true, done);
    sender.sendText("b", true, null);
    const error = new WebSocketError("WS_ERR_INVALID_COMPRESSED_DATA", 1007, "zlib");
    deflater.finish(error);
    expect(done).toHaveBeenCalledExactlyOnceWith(error);
    expect(output.written).toEqual(["\x81\x01b"]);
  });

  it("are dropped with the socket, callbacks told", () => {
    const deflater = new Deflater(true);
    const done = vi.fn();
    const sender = new MessageSender(new Output(), deflater, null);
    sender.sendText("first", true, done);
    sender.sendText("second", true, done);
    sender.sendText("third", true, null);
    sender.discard("gone");
    expect(done.mock.calls).toEqual([[new Error("gone")], [new Error("gone")]]);
    expect(sender.bufferedBytes).toBe(0);
    expect(deflater.isDisposed).toBe(true);
    new MessageSender(new Output(), null, null).discard("gone");
  });
});

describe("RFC 6455 §5.4, messages sent in fragments", () => {
  it("continue until the last one", () => {
    const output = new Output();
    const sender = new MessageSender(output, null, null);
    sender.sendFragment(Opcode.Binary, Buffer.from("a"), false, null);
    expect(sender.isInFragments).toBe(true);
    sender.sendFragment(Opcode.Binary, Buffer.from("b"), false, null);
    sender.sendFragment(Opcode.Binary, Buffer.from("c"), true, null);
    expect(sender.isInFragments).toBe(false);
    sender.sendFragment(Opcode.Text, Buffer.from("d"), true, null);
    expect(output.written).toEqual(["\x02\x01a", "\x00\x01b", "\x80\x01c", "\x81\x01d"]);
  });
});

describe("RFC 6455 §5.5.3, answers to Pings", () => {
  it("are given at once to a peer that reads", () => {
    const output = new Output();
    const sender = new MessageSender(output, null, null);
    for (const payload of ["1", "2"]) sender.answerPing(Buffer.from(payload));
    expect(output.written).toEqual(["\x8a\x011", "\x8a\x012"]);
  });

  it("are limited to the latest one for a peer that does not", () => {
    const output = new Output();
    const sender = new MessageSender(output, null, null);
    output.isCongested = true;
    for (let count = 0; count < 100; count++) sender.answerPing(Buffer.of(count));
    sender.flushPong();
    expect(output.written).toEqual([]);
    output.isCongested = false;
    sender.flushPong();
    sender.flushPong();
    expect(output.written).toEqual(["\x8a\x01\x63"]);
  });

  it("do not wait behind a queue of messages, and come before Close", () => {
    const output = new Output();
    const deflater = new Deflater(true);
    const sender = new MessageSender(output, deflater, null);
    sender.sendText("first", true, null);
    sender.sendText("a", true, null);
    sender.answerPing(Buffer.from("1"));
    sender.answerPing(Buffer.from("2"));
    sender.sendClose({ code: 1000, reason: Buffer.alloc(0) });
    deflater.finish();
    expect(output.written).toEqual(["\xc1\x06zfirst", "\x8a\x012", "\x81\x01a", "\x88\x02\x03\xe8"]);
  });

  it("never follow Close", () => {
    const output = new Output();
    const sender = new MessageSender(output, null, null);
    output.isCongested = true;
    sender.answerPing(Buffer.from("1"));
    sender.sendClose({ code: 1000, reason: Buffer.alloc(0) });
    output.isCongested = false;
    sender.flushPong();
    expect(output.written).toEqual(["\x88\x02\x03\xe8"]);
  });
});

describe("messages whose bytes are fetched", () => {
  const message = (bytes: number): LaterFrame => ({ opcode: Opcode.Binary, bytes, fin: true, compress: true });

  function fetched(): {
    output: Output;
    sender: MessageSender;
    ready: ((error: Error | null, data: Buffer | null) => void)[];
  } {
    const output = new Output();
    return { output, sender: new MessageSender(output, null, null), ready: [] };
  }

  it("hold back what comes after them", () => {
    const { output, sender, ready } = fetched();
    sender.sendLater(message(3), null, (each) => ready.push(each));
    sender.sendText("text", true, null);
    sender.sendLater(message(2), null, (each) => ready.push(each));
    expect(sender.bufferedBytes).toBe(3 + 4 + 2);
    ready[0]?.(null, Buffer.from("one"));
    expect(output.written).toEqual(["\x82\x03one", "\x81\x04text"]);
    ready[1]?.(null, Buffer.from("22"));
    expect(output.written).toEqual(["\x82\x03one", "\x81\x04text", "\x82\x0222"]);
  });

  it("may be fragments and control frames", () => {
    const { output, sender, ready } = fetched();
    const later = (opcode: LaterFrame["opcode"], fin: boolean): void =>
      sender.sendLater({ opcode, bytes: 1, fin, compress: true }, null, (each) => ready.push(each));
    later(Opcode.Text, false);
    later(Opcode.Ping, true);
    sender.sendFragment(Opcode.Text, Buffer.from("b"), false, null);
    later(Opcode.Text, true);
    later(Opcode.Text, true);
    expect(ready).toHaveLength(1);
    for (const [index, text] of ["a", "p", "c", "d"].entries()) ready[index]?.(null, Buffer.from(text));
    expect(output.written).toEqual(["\x01\x01a", "\x89\x01p", "\x00\x01b", "\x80\x01c", "\x81\x01d"]);
  });

  it("may be there at once, also behind others", () => {
    const { output, sender, ready } = fetched();
    sender.sendLater(message(3), null, (each) => ready.push(each));
    sender.sendLater(message(3), null, (each) => each(null, Buffer.from("two")));
    sender.sendLater(message(5), null, (each) => each(null, Buffer.from("three")));
    ready[0]?.(null, Buffer.from("one"));
    expect(output.written).toEqual(["\x82\x03one", "\x82\x03two", "\x82\x05three"]);
  });

  it("report that they cannot be fetched", () => {
    const { output, sender, ready } = fetched();
    const done = vi.fn();
    sender.sendLater(message(3), done, (each) => ready.push(each));
    sender.sendLater(message(3), null, (each) => ready.push(each));
    const error = new Error("unreadable");
    ready[0]?.(error, null);
    ready[1]?.(error, null);
    expect(done).toHaveBeenCalledExactlyOnceWith(error);
    expect(output.written).toEqual([]);
  });

  it("take with them what waits, when they cannot be fetched", () => {
    const { output, sender, ready } = fetched();
    const called: unknown[] = [];
    const note = (error?: Error | null): void => void called.push(error?.message);
    sender.sendLater(message(3), note, (each) => ready.push(each));
    sender.sendText("text", true, note);
    sender.sendClose({ code: 1000, reason: Buffer.alloc(0) });
    ready[0]?.(new Error("unreadable"), null);
    expect(called).toEqual(["unreadable", "what was sent before it could not be read"]);
    expect([output.written, sender.bufferedBytes]).toEqual([[], 0]);
  });

  it("are dropped with the socket", () => {
    const { output, sender, ready } = fetched();
    sender.sendLater(message(3), null, (each) => ready.push(each));
    sender.discard("gone");
    ready[0]?.(null, Buffer.from("one"));
    expect(output.written).toEqual([]);
  });
});

describe("a message for many recipients, to a slow one", () => {
  it("is written as the frame that all share, as bytes", () => {
    const written: (string | Buffer)[] = [];
    const output = Object.assign(new Output(), { write: (bytes: string | Buffer) => written.push(bytes) });
    const sender = new MessageSender(output, null, null);
    const message = new PreparedMessage("abc");
    sender.sendPrepared(message, false, null);
    output.isCongested = true;
    sender.sendPrepared(message, false, null);
    expect(written).toEqual(["\x81\x03abc", message.frame]);
    expect(written[1]).toBe(message.frame);
  });
});
