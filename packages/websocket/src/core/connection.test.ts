import { describe, expect, it } from "vitest";
import { NO_STATUS } from "./close-payload.js";
import type { CompressionDone, MessageInflater, TextPreview } from "./compression-port.js";
import { Connection } from "./connection.js";
import { invalidUtf8, messageTooLong, type WebSocketError } from "./errors.js";
import { firstByte, frame } from "./frame-encoder.js";
import { Opcode } from "./opcode.js";
import { ReaderPool } from "./reader-pool.js";

/** Inflates by taking away the first byte, at once or when told to. */
class Inflater implements MessageInflater {
  readonly pending: CompressionDone[] = [];
  readonly limits: number[] = [];
  isDisposed = false;
  constructor(private readonly isLate: boolean) {}

  inflate(payload: Buffer, maxBytes: number, done: CompressionDone): void {
    this.limits.push(maxBytes);
    const isBomb = payload.toString() === "bomb";
    const data = Buffer.from(payload.subarray(1));
    const settle = (): void => (isBomb ? done(messageTooLong(), null) : done(null, data));
    if (this.isLate) this.pending.push(settle);
    else settle();
  }
  readonly previewed: string[] = [];
  preview(_maxBytes: number, onError: (error: WebSocketError) => void): TextPreview | null {
    if (this.isLate) return null;
    const fail = (): void => onError(invalidUtf8());
    return {
      push: (payload) => {
        this.previewed.push(payload.toString());
        if (payload.includes("!")) fail();
      },
      dispose: () => this.previewed.push("end"),
    };
  }
  finish(): void {
    this.pending.shift()!(null, null);
  }
  dispose(): void {
    this.isDisposed = true;
    this.pending.length = 0;
  }
}

interface Setup {
  readonly role?: "server" | "client";
  readonly inflater?: MessageInflater | null;
  readonly skipsUtf8Check?: boolean;
  readonly readers?: ReaderPool;
  /** Called with each thing the connection says. */
  readonly react?: (said: string, connection: Connection) => void;
}

/** A client's connection and all it said, in order. Unmasked frames are easier to read. */
function connect({ role = "client", inflater = null, skipsUtf8Check = false, readers, react }: Setup = {}): {
  connection: Connection;
  said: string[];
} {
  const said: string[] = [];
  const say = (what: string): void => {
    said.push(what);
    react?.(what, connection);
  };
  const connection: Connection = new Connection(
    role,
    {
      onText: (text) => say(`text ${text}`),
      onTextBytes: (data) => say(`bytes ${data.toString()}`),
      onBinary: (data) => say(`binary ${data.toString("latin1")}`),
    },
    {
      onPing: (data) => say(`ping ${data.toString()}`),
      onPong: (data) => say(`pong ${data.toString()}`),
      onError: (error) => say(`error ${error.code}`),
      perform: (action) => {
        const { state } = connection;
        if (action !== "answer-close") say(action);
        else if (state.tag === "closing" && state.received !== null) connection.close(state.received);
      },
      onInterrupted: () => say("interrupted"),
      pauseReading: () => say("pause"),
      resumeReading: () => say("resume"),
    },
  );
  connection.textAs("string");
  const limits = { maxPayloadBytes: 1000, maxFragments: 0, maxChunks: 0, skipsUtf8Check };
  connection.open(readers ?? new ReaderPool(role, limits), inflater);
  return { connection, said };
}

/** Reacts with an exception. */
function throwOn(what: string): (said: string) => void {
  return (said) => {
    if (said === what) throw new Error("listener");
  };
}

function text(payload: string): Buffer {
  return frame(firstByte(Opcode.Text, true, false), Buffer.from(payload));
}
function compressed(payload: string, opcode: number = Opcode.Text): Buffer {
  return frame(firstByte(opcode, true, true), Buffer.from(payload, "latin1"));
}
function control(opcode: number, payload = ""): Buffer {
  return frame(firstByte(opcode, true, false), Buffer.from(payload, "latin1"));
}
const CLOSE = control(Opcode.Close, "\x03\xe8");

describe("a connection", () => {
  it("hands out what arrives", () => {
    const { connection, said } = connect();
    expect(connection.state).toEqual({ tag: "open" });
    connection.receive(Buffer.concat([text("a"), control(Opcode.Ping, "1"), control(Opcode.Pong, "2")]));
    connection.textAs("bytes");
    connection.receive(Buffer.concat([text("é"), frame(0x82, Buffer.from("b"))]));
    expect(said).toEqual(["text a", "ping 1", "pong 2", "bytes é", "binary b"]);
  });

  it("ignores bytes before the opening handshake", () => {
    const said: string[] = [];
    const say = (): never => expect.unreachable();
    const connection = new Connection(
      "client",
      { onText: say, onTextBytes: say, onBinary: say },
      {
        onPing: say,
        onPong: say,
        onError: say,
        perform: (action) => said.push(action),
        onInterrupted: say,
        pauseReading: () => said.push("pause"),
        resumeReading: () => said.push("resume"),
      },
    );
    connection.receive(text("early"));
    connection.proceed();
    connection.pause();
    connection.resume();
    connection.terminate();
    connection.socketClosed();
    expect(said).toEqual(["pause", "resume", "destroy", "notify"]);
    expect(connection.state).toMatchObject({ tag: "closed", status: { code: 1006 } });
  });
});

describe("RFC 6455 §7, closing", () => {
  it.each([
    ["server", ["send-close", "end-write", "start-deadline"]],
    ["client", ["send-close", "start-deadline"]],
  ] as const)("answers Close and hands out nothing after it: %s", (role, actions) => {
    const { connection, said } = connect({ role });
    const bytes = Buffer.concat([CLOSE, text("after")]);
    // A server wants masked frames; a zero key changes nothing.
    const close = role === "server" ? Buffer.concat([Buffer.of(0x88, 0x82, 0, 0, 0, 0, 3, 0xe8), bytes]) : bytes;
    connection.receive(close);
    connection.receive(text("later"));
    expect(said).toEqual(actions);
    connection.receiveEof();
    connection.socketClosed();
    expect(said.slice(actions.length)).toEqual(["end-write", "notify"]);
    expect(connection.state).toMatchObject({ tag: "closed", status: { code: 1000 }, wasClean: true });
  });

  it("hands out messages until the peer's Close", () => {
    const { connection, said } = connect();
    connection.close(NO_STATUS);
    connection.receive(Buffer.concat([text("a"), control(Opcode.Close)]));
    connection.socketClosed();
    expect(said).toEqual(["send-close", "start-deadline", "text a", "notify"]);
    expect(connection.state).toMatchObject({ status: NO_STATUS, wasClean: true });
  });

  it("destroys the socket at the deadline", () => {
    const { connection, said } = connect();
    connection.close(NO_STATUS);
    connection.deadline();
    connection.socketClosed();
    expect(said).toEqual(["send-close", "start-deadline", "destroy", "notify"]);
    expect(connection.state).toMatchObject({ status: { code: 1006 }, wasClean: false });
  });

  it.each([
    ["half a code", control(Opcode.Close, "\x03"), 1002, "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH"],
    ["a forbidden code", control(Opcode.Close, "\x03\xed"), 1002, "WS_ERR_INVALID_CLOSE_CODE"],
    ["a reason that is not UTF-8", control(Opcode.Close, "\x03\xe8\xff"), 1007, "WS_ERR_INVALID_UTF8"],
    ["text that is not UTF-8", frame(0x81, Buffer.of(0xff)), 1007, "WS_ERR_INVALID_UTF8"],
    ["a masked frame", Buffer.of(0x81, 0x80, 0, 0, 0, 0), 1002, "WS_ERR_UNEXPECTED_MASK"],
    ["a long message", frame(0x81, Buffer.alloc(1001)), 1009, "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"],
  ])("fails on %s: Close first, then the error, then nothing", (_title, bytes, closeCode, code) => {
    const { connection, said } = connect();
    connection.receive(Buffer.concat([bytes, text("after")]));
    expect(said).toEqual(["send-close", "end-write", "start-deadline", `error ${code}`]);
    expect(connection.state).toMatchObject({ tag: "closing", by: "failure", sent: { code: closeCode } });
    connection.receive(CLOSE);
    connection.socketClosed();
    expect(connection.state).toMatchObject({ tag: "closed", status: { code: 1006 }, wasClean: false });
  });
});

describe("a sink that acts from inside a delivery", () => {
  it.each([
    ["terminates", (connection: Connection) => connection.terminate(), ["text a", "destroy"]],
    [
      "closes",
      (connection: Connection) => connection.close(NO_STATUS),
      ["text a", "send-close", "start-deadline", "text b"],
    ],
    ["pauses", (connection: Connection) => connection.pause(), ["text a", "pause"]],
    ["loses the socket", (connection: Connection) => connection.socketClosed(), ["text a", "text b", "notify"]],
  ])("%s", (_title, act, expected) => {
    const { connection, said } = connect({ react: (what, connection) => what === "text a" && act(connection) });
    connection.receive(Buffer.concat([text("a"), text("b")]));
    expect(connection.state.tag).not.toBe("connecting");
    expect(said).toEqual(expected);
  });

  it("throws: the rest is parsed when the shell proceeds", () => {
    const { connection, said } = connect({ react: throwOn("text a") });
    expect(() => connection.receive(Buffer.concat([text("a"), text("b")]))).toThrow("listener");
    expect(said).toEqual(["text a", "interrupted"]);
    connection.proceed();
    expect(said.slice(2)).toEqual(["text b"]);
  });

  it("throws when nothing is left: there is nothing to proceed with", () => {
    const { connection, said } = connect({ react: throwOn("text a") });
    expect(() => connection.receive(text("a"))).toThrow("listener");
    expect(said).toEqual(["text a"]);
  });

  it("throws while the rest of a paused reader is handed out: reading goes on", () => {
    const { connection, said } = connect({ react: throwOn("text a") });
    connection.pause();
    connection.receive(Buffer.concat([text("a"), text("b")]));
    expect(() => connection.resume()).toThrow("listener");
    expect(said).toEqual(["pause", "text a", "interrupted", "resume"]);
    connection.proceed();
    expect(said.slice(4)).toEqual(["text b"]);
  });

  it.each([
    ["held by a paused reader", [text("a"), text("b")], null],
    ["in the socket", [text("a")], text("b")],
    ["none behind it", [text("a")], null],
  ])("throws when the socket is gone: the end is told all the same, the rest is %s", (_title, held, rest) => {
    const { connection, said } = connect({ react: throwOn("text a") });
    connection.pause();
    connection.receive(Buffer.concat(held));
    expect(() => connection.socketClosed(rest)).toThrow("listener");
    expect(said).toEqual(["pause", "text a", "interrupted"]);
    connection.proceed();
    expect(said.slice(3)).toEqual(held.length === 1 && rest === null ? ["notify"] : ["text b", "notify"]);
  });
});

describe("pause and resume", () => {
  it("hand out nothing in between, not even what was read", () => {
    const { connection, said } = connect();
    connection.pause();
    expect(connection.isReadingPaused).toBe(true);
    connection.receive(text("a"));
    connection.receiveEof();
    connection.proceed();
    expect(said).toEqual(["pause"]);
    connection.resume();
    connection.resume();
    expect(said).toEqual(["pause", "text a", "end-write", "start-deadline", "resume"]);
  });

  it("see the end once, and stay paused when it has come", () => {
    const { connection, said } = connect();
    connection.pause();
    connection.receive(text("a"));
    connection.receiveEof();
    connection.receiveEof();
    connection.socketClosed();
    connection.resume();
    expect(said).toEqual(["pause", "text a", "notify"]);
    expect(connection.isReadingPaused).toBe(true);
  });

  it("tell the end of the peer's side at once when nothing is held", () => {
    const { connection, said } = connect();
    connection.receive(text("a"));
    connection.pause();
    connection.receiveEof();
    expect(said).toEqual(["text a", "pause", "end-write", "start-deadline"]);
  });

  it("tell the end behind a message that was inflated meanwhile", () => {
    const inflater = new Inflater(true);
    const { connection, said } = connect({ inflater });
    connection.receive(compressed("za"));
    connection.pause();
    inflater.finish();
    connection.receiveEof();
    expect(said).toEqual(["pause", "pause"]);
    connection.resume();
    expect(said.slice(2)).toEqual(["text a", "end-write", "start-deadline", "resume"]);
  });

  it("lose nothing that came before the end of the socket", () => {
    const { connection, said } = connect();
    connection.pause();
    connection.receive(Buffer.concat([text("a"), CLOSE]));
    connection.receiveEof();
    connection.socketClosed();
    expect(said).toEqual(["pause", "text a", "send-close", "start-deadline", "notify"]);
    expect(connection.state).toMatchObject({ status: { code: 1000 }, wasClean: true });
  });
});

describe("a Close frame whose reason is not UTF-8", () => {
  const close = control(Opcode.Close, "\x03\xe8\xff");

  it("fails the connection", () => {
    const { connection, said } = connect();
    connection.receive(close);
    expect(said).toContain("error WS_ERR_INVALID_UTF8");
  });

  it("is taken when text is not checked either", () => {
    const { connection, said } = connect({ skipsUtf8Check: true });
    connection.receive(close);
    connection.socketClosed();
    expect(said).toEqual(["send-close", "start-deadline", "notify"]);
    expect(connection.state).toMatchObject({ status: { code: 1000, reason: Buffer.of(0xff) }, wasClean: true });
  });
});

describe("RFC 7692, compressed messages", () => {
  it("are inflated within the limit", () => {
    const inflater = new Inflater(false);
    const { connection, said } = connect({ inflater });
    connection.receive(Buffer.concat([compressed("za"), text("b"), compressed("z\xff", Opcode.Binary)]));
    expect(said).toEqual(["text a", "text b", "binary \xff"]);
    expect(inflater.limits).toEqual([1000, 1000]);
  });

  it("keep their order while the inflater takes its time; nothing more is read", () => {
    const inflater = new Inflater(true);
    const { connection, said } = connect({ inflater });
    connection.receive(Buffer.concat([compressed("za"), control(Opcode.Ping, "1"), compressed("zb"), text("c")]));
    expect(said).toEqual(["pause"]);
    inflater.finish();
    expect(said).toEqual(["pause", "text a", "ping 1", "pause"]);
    inflater.finish();
    expect(said.slice(4)).toEqual(["text b", "text c", "resume"]);
  });

  it("wait for resume when the user paused", () => {
    const inflater = new Inflater(true);
    const { connection, said } = connect({ inflater });
    connection.receive(Buffer.concat([compressed("za"), text("b")]));
    connection.pause();
    connection.resume();
    connection.pause();
    expect(said).toEqual(["pause", "pause", "pause"]);
    inflater.finish();
    connection.proceed();
    expect(said.slice(3)).toEqual([]);
    connection.resume();
    expect(said.slice(3)).toEqual(["text a", "text b", "resume"]);
  });

  it("wait for the end of the socket when the user does not resume", () => {
    const inflater = new Inflater(true);
    const { connection, said } = connect({ inflater });
    connection.receive(Buffer.concat([compressed("za"), text("b"), CLOSE]));
    connection.pause();
    inflater.finish();
    expect(said).toEqual(["pause", "pause"]);
    connection.socketClosed();
    expect(said.slice(2)).toEqual(["text a", "text b", "send-close", "start-deadline", "notify"]);
  });

  it("are dropped when the connection is terminated before resume", () => {
    const inflater = new Inflater(true);
    const { connection, said } = connect({ inflater });
    connection.receive(compressed("za"));
    connection.pause();
    inflater.finish();
    connection.terminate();
    connection.resume();
    connection.socketClosed();
    expect(said.slice(2)).toEqual(["destroy", "resume", "notify"]);
  });

  it("are delivered before the end of the socket", () => {
    const inflater = new Inflater(true);
    const { connection, said } = connect({ inflater });
    connection.receive(Buffer.concat([compressed("za"), CLOSE]));
    connection.receiveEof();
    connection.socketClosed();
    expect(said).toEqual(["pause"]);
    inflater.finish();
    expect(said.slice(1)).toEqual(["text a", "send-close", "start-deadline", "notify"]);
    expect(inflater.isDisposed).toBe(true);
  });

  it("fail the connection when they are not UTF-8 (1007) or too long (1009)", () => {
    const invalid = connect({ inflater: new Inflater(false) });
    invalid.connection.receive(compressed("z\xff"));
    expect(invalid.said.at(-1)).toBe("error WS_ERR_INVALID_UTF8");
    const bomb = connect({ inflater: new Inflater(false) });
    bomb.connection.receive(Buffer.concat([compressed("bomb"), text("after")]));
    expect(bomb.said).toEqual(["send-close", "end-write", "start-deadline", "error WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"]);
  });

  it("read on after one that fails later: the end of the socket has to be seen", () => {
    const inflater = new Inflater(true);
    const { connection, said } = connect({ inflater });
    connection.receive(compressed("bomb"));
    inflater.finish();
    expect(said.slice(0, 4)).toEqual(["pause", "resume", "send-close", "end-write"]);
    connection.receiveEof();
    connection.socketClosed();
    expect(said.slice(-2)).toEqual(["end-write", "notify"]);
  });

  it("end the connection when one fails after the socket is gone", () => {
    const inflater = new Inflater(true);
    const { connection, said } = connect({ inflater });
    connection.receive(compressed("bomb"));
    connection.receiveEof();
    connection.socketClosed();
    inflater.finish();
    expect(said.at(-1)).toBe("notify");
    expect(connection.state).toMatchObject({ tag: "closed", wasClean: false });
  });

  it("are given up with the connection", () => {
    const inflater = new Inflater(true);
    const { connection, said } = connect({ inflater });
    connection.receive(Buffer.concat([compressed("za"), text("b")]));
    connection.terminate();
    expect(said).toEqual(["pause", "resume", "destroy"]);
    expect(inflater.isDisposed).toBe(true);
    connection.socketClosed();
    expect(said.slice(3)).toEqual(["notify"]);
  });

  it("go on after an exception of a listener", () => {
    const inflater = new Inflater(true);
    const { connection, said } = connect({ inflater, react: throwOn("text a") });
    connection.receive(Buffer.concat([compressed("za"), text("b")]));
    expect(() => inflater.finish()).toThrow("listener");
    expect(said).toEqual(["pause", "text a", "resume", "interrupted"]);
    connection.proceed();
    expect(said.slice(4)).toEqual(["text b"]);
  });

  it.each(["at once", "later"])("go on after an exception at the message behind one inflated %s", (when) => {
    const inflater = new Inflater(when === "later");
    const { connection, said } = connect({ inflater, react: throwOn("text b") });
    const receive = (): void => {
      connection.receive(Buffer.concat([compressed("za"), text("b"), text("c")]));
      if (when === "later") inflater.finish();
    };
    expect(receive).toThrow("listener");
    connection.receive(text("d"));
    expect(said.filter((what) => what.startsWith("text"))).toEqual(["text a", "text b", "text c", "text d"]);
    expect(said.filter((what) => !what.startsWith("text"))).toEqual(
      when === "later" ? ["pause", "resume", "interrupted"] : ["interrupted"],
    );
  });

  it("do not keep the end of the socket back when the connection is terminated meanwhile", () => {
    const { connection, said } = connect({ inflater: new Inflater(true) });
    connection.receive(compressed("xa"));
    connection.socketClosed();
    connection.terminate();
    expect(said).toEqual(["pause", "resume", "destroy", "interrupted"]);
    connection.proceed();
    expect(said.at(-1)).toBe("notify");
    expect(connection.state).toMatchObject({ tag: "closed", wasClean: false });
  });

  it("take what comes after an exception at one inflated at once", () => {
    const { connection, said } = connect({ inflater: new Inflater(false), react: throwOn("text a") });
    expect(() => connection.receive(compressed("za"))).toThrow("listener");
    connection.receive(text("b"));
    expect(said).toEqual(["text a", "text b"]);
  });
});

describe("compressed text in fragments (RFC 6455 §8.1)", () => {
  const fragment = (opcode: number, payload: string, { fin = false, rsv1 = false } = {}): Buffer =>
    frame(firstByte(opcode, fin, rsv1), Buffer.from(payload));
  const first = (payload: string): Buffer => fragment(Opcode.Text, payload, { rsv1: true });

  it("is looked into as it arrives, up to the last fragment", () => {
    const inflater = new Inflater(false);
    const { connection, said } = connect({ inflater });
    connection.receive(first("zab"));
    connection.receive(fragment(Opcode.Continuation, ""));
    const cut = fragment(Opcode.Continuation, "cd");
    connection.receive(cut.subarray(0, 3));
    connection.receive(cut.subarray(3));
    connection.receive(fragment(Opcode.Continuation, "ef", { fin: true }));
    expect(inflater.previewed).toEqual(["zab", "c", "d", "end"]);
    expect(said).toEqual(["text abcdef"]);
  });

  it("fails before it is whole", () => {
    const { connection, said } = connect({ inflater: new Inflater(false) });
    connection.receive(first("zab"));
    connection.receive(fragment(Opcode.Continuation, "c!"));
    connection.receive(fragment(Opcode.Continuation, "", { fin: true }));
    expect(said.filter((what) => what.startsWith("error") || what.startsWith("text"))).toEqual([
      "error WS_ERR_INVALID_UTF8",
    ]);
    expect(connection.state).toMatchObject({ tag: "closing", sent: { code: 1007 } });
  });

  it("is left to the end when nothing can look, when it is binary, and when UTF-8 is not checked", () => {
    const late = new Inflater(true);
    const { connection, said } = connect({ inflater: late });
    connection.receive(first("za"));
    connection.receive(fragment(Opcode.Continuation, "!", { fin: true }));
    late.finish();
    expect(said).toContain("text a!");

    const inflater = new Inflater(false);
    const binary = connect({ inflater });
    binary.connection.receive(fragment(Opcode.Binary, "z!", { rsv1: true }));
    const unchecked = connect({ inflater, skipsUtf8Check: true });
    unchecked.connection.receive(first("z!"));
    expect(inflater.previewed).toEqual([]);
  });

  it("is not looked into any more when the connection has ended", () => {
    const inflater = new Inflater(false);
    const { connection } = connect({ inflater });
    connection.receive(first("z"));
    connection.terminate();
    expect(inflater.previewed).toEqual(["z", "end"]);
  });
});

describe("readers, lent by a pool", () => {
  const pool = (): ReaderPool =>
    new ReaderPool("client", { maxPayloadBytes: 1000, maxFragments: 0, maxChunks: 0, skipsUtf8Check: false });

  it("serve connections whose bytes come in turns, however they are cut", () => {
    const readers = pool();
    const fragments = [
      frame(firstByte(Opcode.Text, false, false), Buffer.from("fir")),
      control(Opcode.Ping, "between"),
      frame(firstByte(Opcode.Continuation, true, false), Buffer.from("st é")),
    ];
    for (const size of [1, 2, 3, 5, 100]) {
      const all = [0, 1, 2].map((id) => {
        const { connection, said } = connect({ readers });
        return { connection, said, stream: Buffer.concat([text(`whole ${id}`), ...fragments, text(`last ${id}`)]) };
      });
      for (let at = 0; all.some(({ stream }) => at < stream.length); at += size) {
        for (const { connection, stream } of all) connection.receive(Buffer.from(stream.subarray(at, at + size)));
      }
      expect(all.map(({ said }) => said)).toEqual(
        [0, 1, 2].map((id) => [`text whole ${id}`, "ping between", "text first é", `text last ${id}`]),
      );
    }
  });

  it("are given back between messages, and kept while more is to come", () => {
    const readers = pool();
    const owner = connect({ readers }).connection;
    const first = connect({ readers });
    const second = connect({ readers });
    const reader = readers.borrow(owner, false);
    readers.giveBack(reader);
    first.connection.receive(Buffer.concat([text("whole"), text("cut").subarray(0, 3)]));
    expect(readers.borrow(owner, false)).not.toBe(reader);
    second.connection.receive(text("other"));
    first.connection.receive(text("cut").subarray(3));
    expect([first.said, second.said]).toEqual([["text whole", "text cut"], ["text other"]]);
    expect(readers.borrow(owner, false)).toBe(reader);
  });

  it("are not shared by a connection that is held, nor by one that has ended", () => {
    const readers = pool();
    const held = connect({ readers, react: (what, connection) => what === "text a" && connection.pause() });
    const ended = connect({ readers, react: (what, connection) => what === "text a" && connection.terminate() });
    const other = connect({ readers });
    for (const { connection } of [held, ended, other]) connection.receive(Buffer.concat([text("a"), text("b")]));
    held.connection.resume();
    expect(held.said).toEqual(["text a", "pause", "text b", "resume"]);
    expect(ended.said).toEqual(["text a", "destroy"]);
    expect(other.said).toEqual(["text a", "text b"]);
  });

  it("read for several connections at once when a listener feeds another one", () => {
    const readers = pool();
    const inner = connect({ readers });
    const outer = connect({
      readers,
      react: (what) => what.startsWith("text") && inner.connection.receive(text(`from ${what}`)),
    });
    outer.connection.receive(Buffer.concat([text("a"), text("b")]));
    expect(outer.said).toEqual(["text a", "text b"]);
    expect(inner.said).toEqual(["text from text a", "text from text b"]);
  });
});
