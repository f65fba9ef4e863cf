import { createPacketDecoderStream, createPacketEncoderStream, type Packet } from "engine.io-parser";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Socket, SocketWithoutUpgrade, WebTransport as WT } from "../src/engine/index.js";

const OPEN = JSON.stringify({ sid: "abc", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1000 });

/** The platform's class, with a server in memory that reads and writes through the published codec. */
class FakeWebTransport {
  static last: FakeWebTransport;
  readonly closed: Promise<void>;
  readonly ready: Promise<void>;
  end!: (error?: Error) => void;
  readonly received: Packet[] = [];
  /** Resolves when the client has ended the stream. */
  readonly streamEnd: Promise<void>;
  closings = 0;
  readonly writeBytes: (chunk: Uint8Array) => Promise<void>;
  readonly writer: WritableStreamDefaultWriter<Packet>;
  private readonly up = new TransformStream<Uint8Array, Uint8Array>();
  private readonly down = new TransformStream<Uint8Array, Uint8Array>();

  constructor(
    readonly uri: string,
    readonly options: unknown,
  ) {
    if (uri.includes("invalid")) throw new SyntaxError("bad uri");
    FakeWebTransport.last = this;
    this.closed = new Promise((resolve, reject) => {
      this.end = (error) => (error ? reject(error) : resolve());
    });
    this.ready = uri.includes("refused") ? Promise.reject(new Error("refused")) : Promise.resolve();
    const encoder = createPacketEncoderStream() as TransformStream<Packet, Uint8Array>;
    const bytes = this.down.writable.getWriter();
    this.writeBytes = (chunk) => bytes.write(chunk);
    const write = new WritableStream<Uint8Array>({
      write: this.writeBytes,
      close: () => bytes.close(),
      abort: (reason) => bytes.abort(reason),
    });
    encoder.readable.pipeTo(write).catch(() => {});
    this.writer = encoder.writable.getWriter();
    this.streamEnd = this.read();
  }

  createBidirectionalStream(): Promise<object> {
    return Promise.resolve({ readable: this.down.readable, writable: this.up.writable });
  }

  close(): void {
    this.closings += 1;
    this.end();
  }

  private async read(): Promise<void> {
    const decoder = createPacketDecoderStream(1e6, "nodebuffer") as TransformStream<Uint8Array, Packet>;
    const reader = this.up.readable.pipeThrough(decoder).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.received.push(value);
    }
  }
}

describe("WebTransport", () => {
  beforeEach(() => vi.stubGlobal("WebTransport", FakeWebTransport));
  afterEach(() => void vi.unstubAllGlobals());

  const open = async (): Promise<{ socket: SocketWithoutUpgrade; server: FakeWebTransport; messages: unknown[] }> => {
    const transportOptions = { webtransport: { serverCertificateHashes: [] } };
    const socket = new SocketWithoutUpgrade("http://localhost:1", { transports: [WT], transportOptions });
    const messages: unknown[] = [];
    socket.on("message", (data) => messages.push(data));
    const server = FakeWebTransport.last;
    void server.writer.write({ type: "open", data: OPEN });
    await new Promise<void>((resolve) => socket.on("open", resolve));
    return { socket, server, messages };
  };

  it("opens with an open packet and the options of the transport", async () => {
    const { server } = await open();
    expect(server.uri).toBe("https://localhost:1/engine.io/");
    expect(server.options).toEqual({ serverCertificateHashes: [] });
    expect(server.received).toEqual([{ type: "open" }]);
  });

  it("carries text and binary of every header size, in order", async () => {
    const { socket, server, messages } = await open();
    const sent = ["a", "€".repeat(50), "x".repeat(125), "x".repeat(126), "y".repeat(70_000)];
    for (const text of sent) socket.send(text);
    socket.send(Buffer.from([1, 2]));
    socket.send(new Blob([Buffer.from([3])]));
    socket.send("last");
    await vi.waitFor(() => expect(server.received).toHaveLength(9));
    expect(server.received.slice(1).map(({ data }) => data as unknown)).toEqual([
      ...sent,
      Buffer.from([1, 2]),
      Buffer.from([3]),
      "last",
    ]);
    for (const data of [...sent, Buffer.from([1, 2])]) void server.writer.write({ type: "message", data });
    await vi.waitFor(() => expect(messages).toHaveLength(6));
    expect(messages).toEqual([...sent, Buffer.from([1, 2])]);
  });

  it("carries binary without a byte", async () => {
    const { socket, server, messages } = await open();
    socket.send(new ArrayBuffer(0));
    socket.send(Buffer.of(1));
    await vi.waitFor(() => expect(server.received).toHaveLength(3));
    expect(server.received.slice(1).map(({ data }) => data as unknown)).toEqual([Buffer.alloc(0), Buffer.of(1)]);
    await server.writeBytes(Uint8Array.of(1, 98)); // a text, "b"
    void server.writer.write({ type: "message", data: Buffer.of(1) });
    await vi.waitFor(() => expect(messages).toHaveLength(2));
    expect(messages).toEqual([Buffer.alloc(0), Buffer.of(1)]);
  });

  it("answers pings", async () => {
    const { server } = await open();
    void server.writer.write({ type: "ping" });
    await vi.waitFor(() => expect(server.received.at(-1)).toEqual({ type: "pong" }));
  });

  it("closes when the session ends, when the stream ends, and when asked", async () => {
    const reasons: string[] = [];
    const first = await open();
    first.socket.on("close", (reason) => reasons.push(reason));
    first.server.end();
    await vi.waitFor(() => expect(reasons).toEqual(["transport close"]));
    const second = await open();
    second.socket.on("close", (reason) => reasons.push(reason));
    void second.server.writer.close();
    await vi.waitFor(() => expect(reasons).toEqual(["transport close", "transport close"]));
    const third = await open();
    third.socket.close();
    await third.server.closed;
    expect(third.socket.readyState).toBe("closed");
  });

  it("ends the stream with what was sent last, and leaves it to the server to close the session", async () => {
    const { socket, server } = await open();
    socket.send("last");
    socket.close();
    await server.streamEnd;
    expect(server.received.at(-1)).toEqual({ type: "message", data: "last" });
    expect(server.closings).toBe(0);
    server.end();
  });

  it("closes the session of a server that does not answer the end of the stream", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      const { socket, server } = await open();
      socket.close();
      await vi.advanceTimersByTimeAsync(5000);
      expect(server.closings).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each(["close", "abort"] as const)("%s of the stream closes the session, which tells why it ended", async (end) => {
    const { socket, server } = await open();
    const closed = new Promise((resolve) => socket.on("close", (...args) => resolve(args)));
    const errors: unknown[] = [];
    socket.on("error", (error) => errors.push(error));
    void server.writer[end]().catch(() => {});
    expect(await closed).toEqual(["transport close", undefined]);
    expect([server.closings, errors]).toEqual([1, []]);
  });

  it("tries the next transport when the server takes the session and closes it", async () => {
    class Next extends WT {
      override get name(): string {
        return "next";
      }
    }
    const socket = new SocketWithoutUpgrade("http://localhost:1", { transports: [WT, Next], tryAllTransports: true });
    const first = FakeWebTransport.last;
    await vi.waitFor(() => expect(first.received).toHaveLength(1));
    first.end();
    await vi.waitFor(() => expect(FakeWebTransport.last).not.toBe(first));
    void FakeWebTransport.last.writer.write({ type: "open", data: OPEN });
    await new Promise<void>((resolve) => socket.on("open", resolve));
    expect(socket.transport.name).toBe("next");
  });

  it.each(["http://invalid", "http://refused"])("%s is a transport error", async (uri) => {
    const socket = new SocketWithoutUpgrade(uri, { transports: [WT] });
    const error = await new Promise((resolve) => socket.on("error", resolve));
    expect(error).toMatchObject({ message: "webtransport error", type: "TransportError" });
  });

  it("a packet above maxPayload is a parser error", async () => {
    const socket = new Socket("http://localhost:1", { transports: ["webtransport"], maxPayload: 500 });
    const server = FakeWebTransport.last;
    const error = new Promise((resolve) => socket.on("error", resolve));
    void server.writer.write({ type: "open", data: OPEN });
    void server.writer.write({ type: "message", data: "x".repeat(500) });
    expect(await error).toMatchObject({ message: "server error", code: "parser error" });
  });
});
