import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { frame, maskedFrame } from "../src/core/frame-encoder.js";
import { PreparedMessage } from "../src/core/prepared-message.js";
import { WebSocket, type ClientOptions, type WebSocketSink } from "../src/node/websocket.js";
import type { ServerOptions } from "../src/node/server-options.js";
import { listen } from "./listening.js";

const sockets: { terminate(): void }[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

interface Pair {
  readonly client: WebSocket;
  readonly peer: WebSocket;
}

async function pair(options: ServerOptions = {}, clientOptions: ClientOptions = {}): Promise<Pair> {
  const { server, url } = await listen(options);
  const connected = once(server, "connection") as Promise<[WebSocket]>;
  const client = new WebSocket(url, clientOptions);
  sockets.push(client);
  const [[peer]] = await Promise.all([connected, once(client, "open")]);
  return { client, peer };
}

/** A client that speaks bytes; the response of the handshake has been read. */
async function rawClient(port: number, extraBytes = Buffer.alloc(0)): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  sockets.push({ terminate: () => socket.destroy() });
  const head = [
    "GET / HTTP/1.1",
    "Host: localhost",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
  ];
  socket.on("error", () => {});
  socket.write(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), extraBytes]));
  return socket;
}

function masked(text: string): Buffer {
  return maskedFrame(0x81, Buffer.from(text), 0x01020304);
}

/** The arguments of `close`; unlike `once`, it does not mind errors. */
function closing(socket: WebSocket): Promise<[code: number, reason: Buffer]> {
  return new Promise((resolve) => socket.once("close", (code, reason) => resolve([code, reason])));
}

function recorder(): WebSocketSink & { readonly seen: unknown[] } {
  const seen: unknown[] = [];
  return {
    seen,
    onText: (text) => seen.push(text),
    onBinary: (data) => seen.push(data),
    onDrain: () => seen.push("drain"),
    onError: (error) => seen.push(error),
    onClose: (code, reason) => seen.push([code, reason]),
  };
}

describe("messages", () => {
  it.each([
    ["plain", false],
    ["deflated", { threshold: 0 }],
  ] as const)("go both ways in order: %s", async (_title, perMessageDeflate) => {
    const { client, peer } = await pair({ perMessageDeflate }, { perMessageDeflate });
    peer.on("message", (data, isBinary) => peer.send(data as Buffer, { binary: isBinary }));
    const received: unknown[] = [];
    const done = new Promise((resolve) => {
      client.on("message", (data, isBinary) => {
        received.push(isBinary ? data : (data as Buffer).toString());
        if (received.length === 9) resolve(null);
      });
    });
    client.send("text");
    client.send("κόσμε");
    client.send(Buffer.from([1, 2, 3]));
    client.send(new Uint16Array([1, 2]));
    client.send(new Blob(["blob"]));
    client.send(5);
    client.send("as binary", { binary: true });
    client.send("frag", { fin: false });
    client.send("mented");
    client.send("x".repeat(200_000));
    await done;
    expect(received).toEqual([
      "text",
      "κόσμε",
      Buffer.from([1, 2, 3]),
      Buffer.from(new Uint16Array([1, 2]).buffer),
      Buffer.from("blob"),
      "5",
      Buffer.from("as binary"),
      "fragmented",
      "x".repeat(200_000),
    ]);
  });

  it("are not changed by what the caller does to his buffer after send", async () => {
    const { client, peer } = await pair();
    for (const size of [10, 100_000]) {
      const data = Buffer.alloc(size, 1);
      peer.send(data);
      data.fill(2);
      const [received] = (await once(client, "message")) as [Buffer];
      expect(received.equals(Buffer.alloc(size, 1))).toBe(true);
    }
  });

  it("come in the form of binaryType", async () => {
    const { client, peer } = await pair();
    const forms: unknown[] = [];
    for (const form of ["nodebuffer", "arraybuffer", "fragments", "blob"] as const) {
      client.binaryType = form;
      expect(client.binaryType).toBe(form);
      peer.send(Buffer.from("x"));
      forms.push((await once(client, "message"))[0]);
    }
    expect(forms).toEqual([Buffer.from("x"), new Uint8Array([120]).buffer, [Buffer.from("x")], expect.any(Blob)]);
    client.binaryType = "fragments";
    peer.send(Buffer.alloc(0));
    expect((await once(client, "message"))[0]).toEqual([]);
    client.binaryType = "other" as "blob";
    expect(client.binaryType).toBe("fragments");
  });

  it("that were prepared or framed elsewhere are sent as they are", async () => {
    const { client, peer } = await pair({ perMessageDeflate: { threshold: 0 } });
    const received: string[] = [];
    client.on("message", (data) => received.push((data as Buffer).toString()));
    const message = new PreparedMessage("prepared");
    peer.sendPrepared(message, false);
    peer.sendPrepared(message, true);
    peer.sendFrame(frame(0x81, Buffer.from("one piece")));
    peer.sendFrame([Buffer.of(0x81, 3), Buffer.from("two")]);
    peer._sender.sendFrame([Buffer.of(0x81, 6), Buffer.from("compat")]);
    peer.close();
    await once(client, "close");
    expect(received).toEqual(["prepared", "prepared", "one piece", "two", "compat"]);
  });
});

describe("allowSynchronousEvents: false", () => {
  const ONE_CHUNK = ["\x81\x01a", "\x82\x01b", "\x89\x01c", "\x8a\x01d", "\x81\x01e", "\x88\x00"].join("");

  /** The events of a connection that gets all frames in one write, each with the turn of the event loop it came in. */
  async function hear(allowSynchronousEvents: boolean): Promise<{ events: string[]; turns: Set<number> }> {
    const { client, peer } = await pair({}, { allowSynchronousEvents });
    let turn = 0;
    const events: string[] = [];
    const turns = new Set<number>();
    const note = (data: unknown): void => {
      events.push(String(data));
      turns.add(turn);
      setImmediate(() => turn++);
    };
    for (const event of ["message", "ping", "pong"] as const) client.on(event, note);
    peer.sendFrame(Buffer.from(ONE_CHUNK, "latin1"));
    await once(client, "close");
    return { events, turns };
  }

  it("brings one event in a turn of the event loop, in order, and then the close", async () => {
    const { events, turns } = await hear(false);
    expect(events).toEqual(["a", "b", "c", "d", "e"]);
    expect(turns.size).toBe(5);
    expect((await hear(true)).turns.size).toBe(1);
  });

  it("leaves time to add a listener for the next message", async () => {
    const { client, peer } = await pair({}, { allowSynchronousEvents: false });
    peer.sendFrame(Buffer.from("\x81\x01a\x81\x01b\x81\x01c", "latin1"));
    const heard: string[] = [];
    while (heard.length < 3) heard.push(String((await once(client, "message"))[0]));
    expect(heard).toEqual(["a", "b", "c"]);
  });

  it("brings all that came before the end of the socket", async () => {
    const { client, peer } = await pair({ allowSynchronousEvents: false });
    const heard: string[] = [];
    peer.on("message", (data) => heard.push((data as Buffer).toString()));
    for (const text of ["a", "b", "c", "d"]) client.send(text);
    client.terminate();
    expect((await once(peer, "close"))[0]).toBe(1006);
    expect(heard).toEqual(["a", "b", "c", "d"]);
  });

  it("goes on after a pause, and behind compressed messages", async () => {
    const { client, peer } = await pair(
      { perMessageDeflate: { threshold: 0 } },
      { allowSynchronousEvents: false, perMessageDeflate: { threshold: 0 } },
    );
    const heard: number[] = [];
    client.on("message", (data) => {
      heard.push((data as Buffer).length);
      if (heard.length !== 2) return;
      client.pause();
      setTimeout(() => client.resume(), 5);
    });
    for (const length of [10, 100_000, 20, 30_000, 1]) peer.send(Buffer.alloc(length));
    peer.close(4000);
    expect((await once(client, "close"))[0]).toBe(4000);
    expect(heard).toEqual([10, 100_000, 20, 30_000, 1]);
  });
});

describe("a sink", () => {
  it("gets text as strings, and listeners get it as well", async () => {
    const { client, peer } = await pair();
    const sink = recorder();
    const listener = vi.fn();
    peer.setSink(sink);
    client.send("one");
    client.send(Buffer.from("two"));
    await vi.waitFor(() => expect(sink.seen).toHaveLength(2));
    peer.on("message", listener);
    client.send("three");
    client.close(1000, "bye");
    await vi.waitFor(() => expect(sink.seen).toHaveLength(4));
    expect(sink.seen).toEqual(["one", Buffer.from("two"), "three", [1000, "bye"]]);
    expect(listener.mock.calls).toEqual([[Buffer.from("three"), false]]);
  });

  it("gets the error of a peer before the close, and nothing is thrown", async () => {
    const { server, port } = await listen({ maxPayload: 10 });
    const socket = await rawClient(port);
    const [peer] = (await once(server, "connection")) as [WebSocket];
    const sink = recorder();
    peer.setSink(sink);
    socket.resume();
    socket.write(masked("more than ten bytes"));
    await vi.waitFor(() => expect(sink.seen).toHaveLength(2));
    expect(String(sink.seen[0])).toBe("RangeError: Max payload size exceeded");
    expect(sink.seen[1]).toEqual([1006, ""]);
  });

  it("can be taken away", async () => {
    const { client, peer } = await pair();
    const sink = recorder();
    peer.setSink(sink);
    peer.setSink(null);
    client.send("event");
    expect(await once(peer, "message")).toEqual([Buffer.from("event"), false]);
    expect(sink.seen).toEqual([]);
  });
});

describe("writing", () => {
  it("hands all frames of a tick to the socket in one write, the handshake's response included", async () => {
    const { server, port } = await listen();
    server.on("connection", (peer, request) => {
      const write = vi.spyOn(request.socket, "write");
      peer.send("a");
      peer.send("b");
      peer.sendBinary(Buffer.from("c"), false);
      expect(peer.queuedBytes).toBeGreaterThan(9);
      expect(write).not.toHaveBeenCalled();
      setImmediate(() => {
        expect(write).toHaveBeenCalledTimes(1);
        expect(peer.bufferedAmount).toBe(0);
        peer.close();
      });
    });
    const socket = await rawClient(port);
    const [first] = (await once(socket, "data")) as [Buffer];
    const [head, frames] = first.toString("latin1").split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
    expect(frames?.slice(0, 9)).toBe("\x81\x01a\x81\x01b\x82\x01c");
  });

  it("does not wait for ticks that a test of the program has replaced", async () => {
    const { client, peer } = await pair();
    const replaced = vi.spyOn(process, "nextTick").mockImplementation(() => {});
    client.send("text");
    replaced.mockRestore();
    expect(await once(peer, "message")).toEqual([Buffer.from("text"), false]);
  });

  it("can be flushed before the end of the tick", async () => {
    const { client, peer } = await pair();
    const write = vi.spyOn(peer._socket!, "write");
    peer.sendText("now", false);
    peer.flush();
    expect(write).toHaveBeenCalledTimes(1);
    expect((await once(client, "message"))[0].toString()).toBe("now");
  });

  it("has happened when `bufferedAmount` is read: 0 says that the peer keeps up, also before the end of the tick", async () => {
    const { server, port } = await listen();
    const seen: number[][] = [];
    server.on("connection", (peer) => {
      for (const text of ["a", "b"]) {
        peer.sendText(text, false);
        seen.push([peer.queuedBytes > 0 ? 1 : 0, peer.bufferedAmount, peer._socket!.writableLength]);
      }
    });
    const socket = await rawClient(port);
    await once(socket, "data");
    expect(seen).toEqual([
      [1, 0, 0],
      [1, 0, 0],
    ]);
  });

  it("counts what a peer does not read, and says when it has", async () => {
    const { client, peer } = await pair();
    const sink = recorder();
    peer.setSink(sink);
    client.pause();
    let sent = 0;
    while (sent < 64 * 1024 * 1024) {
      peer.sendBinary(Buffer.alloc(1024 * 1024), false);
      sent += 1024 * 1024 + 10;
    }
    expect(peer.bufferedAmount).toBeGreaterThan(1024 * 1024);
    expect(peer.bufferedAmount).toBeLessThanOrEqual(sent);
    expect(sink.seen).toEqual([]);
    client.resume();
    await vi.waitFor(() => expect(sink.seen).toEqual(["drain"]), { timeout: 10_000 });
    expect(peer.bufferedAmount).toBe(0);
  });

  it("calls back when the bytes are with the operating system, in order", async () => {
    const { client } = await pair();
    const order: number[] = [];
    await new Promise<void>((resolve) => {
      client.send("a", () => order.push(1));
      client.send("b", { compress: false }, (error) => order.push(error ? -1 : 2));
      client.ping("c", true, () => order.push(3));
      client.pong(() => {
        order.push(4);
        resolve();
      });
    });
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it("calls back in the asynchronous context of each send, whatever leaves with it", async () => {
    const { client, peer } = await pair();
    const request = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const see = (): void => void seen.push(request.getStore());
    await new Promise<void>((resolve) => {
      peer.on("message", () => {
        request.run("first", () => peer.send("a", see));
        request.run("second", () => peer.ping("b", false, see));
        request.run("third", () => peer.send("c", {}, see));
        peer.send("d", () => resolve(see()));
      });
      request.run("of the client", () => client.send("go"));
    });
    expect(seen).toEqual(["first", "second", "third", undefined]);
  });

  it("to a closed connection is harmless: the callback gets an error", async () => {
    const { client, peer } = await pair();
    peer.terminate();
    peer.sendText("lost", false);
    peer.sendPrepared(new PreparedMessage("lost"), false);
    peer.sendFrame(Buffer.from("lost"));
    await once(client, "close");
    for (const send of [
      (done: (error?: Error | null) => void) => client.send("four", done),
      (done: (error?: Error | null) => void) => client.send(new Blob(["four"]), done),
      (done: (error?: Error | null) => void) => client.ping("four", false, done),
    ]) {
      expect(await new Promise(send)).toMatchObject({ message: "WebSocket is not open: readyState 3 (CLOSED)" });
    }
    expect(client.bufferedAmount).toBe(12);
    client.send("no callback");
  });

  it("takes null for no options", async () => {
    const { client, peer } = await pair();
    const sent = new Promise((resolve) => client.send("text", null, resolve));
    expect(await once(peer, "message")).toEqual([Buffer.from("text"), false]);
    await sent;
  });

  it("before the connection is open is an error of the caller", async () => {
    const { url } = await listen();
    const client = new WebSocket(url);
    sockets.push(client);
    for (const send of [() => client.send("x"), () => client.ping(), () => client.pong("x")]) {
      expect(send).toThrow("WebSocket is not open: readyState 0 (CONNECTING)");
    }
    client.pause();
    expect(client.isPaused).toBe(false);
    await once(client, "open");
    expect(() => client.ping(Buffer.alloc(126))).toThrow(RangeError);
    expect(() => client.send(Symbol("x") as unknown as string)).toThrow(TypeError);
  });
});

describe("RFC 6455 §5.5, Ping and Pong", () => {
  it("are answered and reported", async () => {
    const { client, peer } = await pair();
    const pinged = once(peer, "ping");
    const ponged = once(client, "pong");
    client.ping("hello");
    expect(await pinged).toEqual([Buffer.from("hello")]);
    expect(await ponged).toEqual([Buffer.from("hello")]);
  });

  it("are left to the application with autoPong: false", async () => {
    const { client, peer } = await pair({ autoPong: false });
    const ponged = once(client, "pong");
    peer.on("ping", () => peer.pong("mine"));
    client.ping("hello");
    expect(await ponged).toEqual([Buffer.from("mine")]);
  });

  it("do not pile up for a peer that does not read", async () => {
    const { server, port } = await listen();
    const socket = await rawClient(port);
    const [peer] = (await once(server, "connection")) as [WebSocket];
    socket.pause();
    while (peer.bufferedAmount === 0) {
      peer.send(Buffer.alloc(1024 * 1024));
      await new Promise(setImmediate);
    }
    const before = peer.bufferedAmount;
    const ping = maskedFrame(0x89, Buffer.alloc(125), 0);
    let pings = 0;
    peer.on("ping", () => pings++);
    socket.write(Buffer.concat(Array(1000).fill(ping)));
    await vi.waitFor(() => expect(pings).toBe(1000));
    expect(peer.bufferedAmount).toBeLessThanOrEqual(before);
  });
});

describe("RFC 6455 §7, closing", () => {
  it.each(["client", "peer"] as const)("tells both sides the code and the reason: by %s", async (who) => {
    const both = await pair();
    const events = [once(both.client, "close"), once(both.peer, "close")];
    both[who].close(3001, "bye");
    expect(both[who].readyState).toBe(WebSocket.CLOSING);
    both[who].close(3002, "again");
    for (const event of await Promise.all(events)) expect(event).toEqual([3001, Buffer.from("bye")]);
    expect([both.client.readyState, both.peer.readyState]).toEqual([WebSocket.CLOSED, WebSocket.CLOSED]);
    both.client.close();
    both.client.terminate();
  });

  it("waits for messages that are being deflated", async () => {
    const options = { perMessageDeflate: { threshold: 0 } };
    const { client, peer } = await pair(options, options);
    const sizes: number[] = [];
    client.on("message", (data: Buffer) => sizes.push(data.length));
    peer.send(Buffer.alloc(3_000_000));
    peer.send("x");
    peer.close(1000);
    expect((await once(client, "close"))[0]).toBe(1000);
    expect(sizes).toEqual([3_000_000, 1]);
  });

  it("destroys the socket of a peer that does not answer, after closeTimeout", async () => {
    const { server, port } = await listen({ closeTimeout: 20 });
    await rawClient(port);
    const [peer] = (await once(server, "connection")) as [WebSocket];
    peer.close(1001);
    expect((await once(peer, "close"))[0]).toBe(1006);
  });

  it.each([
    ["FIN", (socket: Socket) => socket.end()],
    ["RST", (socket: Socket) => socket.resetAndDestroy()],
    ["FIN inside a frame", (socket: Socket) => socket.end(masked("cut").subarray(0, 7))],
  ])("reports 1006 after %s, and no error", async (_title, leave) => {
    const { server, port } = await listen();
    const socket = await rawClient(port);
    const [peer] = (await once(server, "connection")) as [WebSocket];
    peer.on("error", () => expect.unreachable());
    peer.send("x");
    leave(socket);
    expect(await once(peer, "close")).toEqual([1006, Buffer.alloc(0)]);
  });

  it("is abrupt by terminate, in any state", async () => {
    const { client, peer } = await pair();
    const closes = Promise.all([once(client, "close"), once(peer, "close")]);
    client.terminate();
    client.terminate();
    expect((await closes).map(([code]) => code)).toEqual([1006, 1006]);
  });

  it("does not take back what was sent before terminate, the response of the handshake included", async () => {
    const { server, url } = await listen();
    server.on("connection", (peer) => {
      peer.send("farewell");
      peer.terminate();
    });
    const client = new WebSocket(url);
    const message = once(client, "message");
    const closed = once(client, "close");
    expect(String((await message)[0])).toBe("farewell");
    expect((await closed)[0]).toBe(1006);
  });

  it.each([
    ["terminate", (socket: WebSocket) => socket.terminate()],
    ["close, whatever the code", (socket: WebSocket) => socket.close(1)],
  ])("gives up while connecting, by %s", async (_name, giveUp) => {
    const { url } = await listen();
    const connecting = new WebSocket(url);
    const errors: Error[] = [];
    connecting.on("error", (error) => errors.push(error));
    giveUp(connecting);
    expect(connecting.readyState).toBe(WebSocket.CLOSING);
    expect((await closing(connecting))[0]).toBe(1006);
    expect(errors).toMatchObject([{ message: "WebSocket was closed before the connection was established" }]);
  });

  it("refuses codes and reasons that cannot be sent", async () => {
    const { client } = await pair();
    expect(() => client.close(1005)).toThrow(TypeError);
    expect(() => client.close(1000, "x".repeat(124))).toThrow(RangeError);
    expect(client.readyState).toBe(WebSocket.OPEN);
    client.close();
    expect(() => client.close(1005)).not.toThrow(); // as ws: programs hand on what another socket was closed with
  });

  it.each([
    ["with a listener", true],
    ["without one", false],
  ])("fails the connection of a peer that breaks the protocol: %s", async (_title, listens) => {
    const { server, port } = await listen();
    const socket = await rawClient(port);
    const [peer] = (await once(server, "connection")) as [WebSocket];
    const errors: unknown[] = [];
    if (listens) peer.on("error", (error) => errors.push(error));
    socket.resume();
    socket.write(Buffer.of(0x81, 0));
    expect((await closing(peer))[0]).toBe(1006);
    expect(errors.map(String)).toEqual(listens ? ["RangeError: Invalid WebSocket frame: MASK must be set"] : []);
  });
});

describe("reading", () => {
  it("begins with the bytes behind the request, after the connection event", async () => {
    const { server, port } = await listen();
    const seen: string[] = [];
    server.on("connection", (peer: WebSocket) => {
      seen.push("connection");
      peer.on("message", (data) => seen.push((data as Buffer).toString()));
    });
    await rawClient(port, Buffer.concat([masked("a"), masked("b")]));
    await vi.waitFor(() => expect(seen).toEqual(["connection", "a", "b"]));
  });

  it("stops with pause, in the middle of a chunk", async () => {
    const { client, peer } = await pair();
    const seen: string[] = [];
    peer.on("message", (data) => {
      seen.push((data as Buffer).toString());
      if (seen.length === 1) peer.pause();
    });
    client.send("a");
    client.send("b");
    await vi.waitFor(() => expect(seen).toEqual(["a"]));
    expect(peer.isPaused).toBe(true);
    client.send("c");
    await new Promise((resolve) => client.send("d", resolve));
    await new Promise(setImmediate);
    expect(seen).toEqual(["a"]);
    peer.resume();
    await vi.waitFor(() => expect(seen).toEqual(["a", "b", "c", "d"]));
    expect(peer.isPaused).toBe(false);
  });

  it("leaves nothing unread when a paused connection breaks", async () => {
    const { client, peer } = await pair();
    const seen: string[] = [];
    peer.on("message", (data) => seen.push((data as Buffer).toString()));
    peer.pause();
    client.send("last words");
    client.close(1000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    peer.resume();
    expect((await once(peer, "close"))[0]).toBe(1000);
    expect(seen).toEqual(["last words"]);
  });
});

describe("the browser's face", () => {
  it("has attributes and listeners for the four events", async () => {
    const { url, server } = await listen();
    server.on("connection", (peer: WebSocket) => {
      peer.send("text");
      peer.send(Buffer.from("bytes"));
      peer.close(3000, "why");
    });
    const client = new WebSocket(url);
    sockets.push(client);
    const seen: unknown[] = [];
    client.onopen = (event) => seen.push(event.type);
    client.onmessage = (event) => seen.push(event.data);
    client.addEventListener("message", { handleEvent: (event) => seen.push(event.target === client) }, { once: true });
    client.addEventListener("close", (event) => seen.push([event.code, event.reason, event.wasClean]));
    await once(client, "close");
    expect(seen).toEqual(["open", "text", true, Buffer.from("bytes"), [3000, "why", true]]);
  });

  it("adds a listener once, removes it, and keeps attributes apart", async () => {
    const { client, peer } = await pair();
    const listener = vi.fn();
    const other = vi.fn();
    client.addEventListener("message", listener);
    client.addEventListener("message", listener);
    client.removeEventListener("message", other);
    client.onmessage = other;
    client.onmessage = listener;
    expect(client.onmessage).toBe(listener);
    expect(client.onerror ?? client.onopen ?? client.onclose).toBeNull();
    peer.send("x");
    await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(2));
    client.removeEventListener("message", listener);
    client.onmessage = null;
    expect(client.listenerCount("message")).toBe(0);
    expect(other).not.toHaveBeenCalled();
    client.addEventListener("ping" as "open", listener);
    expect(client.listenerCount("ping")).toBe(0);
  });

  it("hands errors over", async () => {
    const client = new WebSocket("ws://127.0.0.1:1/");
    const seen: unknown[] = [];
    client.onerror = (event) => seen.push([event.type, event.message, event.error instanceof Error]);
    client.onclose = (event) => seen.push([event.type, event.code, event.wasClean]);
    await closing(client);
    expect(seen).toEqual([
      ["error", expect.stringContaining("ECONNREFUSED"), true],
      ["close", 1006, false],
    ]);
  });

  it("has the states as constants of class and instance", async () => {
    const { client } = await pair();
    for (const [index, name] of (["CONNECTING", "OPEN", "CLOSING", "CLOSED"] as const).entries()) {
      expect(WebSocket[name]).toBe(index);
      expect(client[name]).toBe(index);
    }
  });
});

describe("answers to what is read", () => {
  it("leave also while a test stands still the timers", async () => {
    const { client, peer } = await pair();
    peer.on("message", (data) => peer.send(data, { binary: false }));
    vi.useFakeTimers({ toFake: ["setImmediate", "setTimeout"] });
    try {
      client.send("hello");
      const [data] = (await once(client, "message")) as [Buffer];
      expect(String(data)).toBe("hello");
    } finally {
      vi.useRealTimers();
    }
  });

  it("leave together with those to other messages of the turn", async () => {
    const { client, peer } = await pair();
    const texts = ["a", "b", "c"];
    const writes = vi.spyOn(peer._socket as Socket, "write");
    peer.on("message", (data: Buffer) => process.nextTick(() => peer.send(data.toString())));
    const received: string[] = [];
    client.on("message", (data: Buffer) => received.push(data.toString()));
    for (const text of texts) client.send(text);
    await expect.poll(() => received).toEqual(texts);
    expect(writes).toHaveBeenCalledTimes(1);
  });
});
