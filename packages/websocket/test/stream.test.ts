import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Readable, type Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { afterEach, describe, expect, it } from "vitest";
import { createWebSocketStream } from "../src/node/stream.js";
import { WebSocketServer } from "../src/node/websocket-server.js";
import { WebSocket } from "../src/node/websocket.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A client and the server's side of it; the client may still be connecting. */
async function pair(): Promise<{ client: WebSocket; server: Promise<WebSocket> }> {
  const wss = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(wss, "listening");
  cleanups.push(() => {
    for (const socket of wss.clients ?? []) socket.terminate();
    return new Promise((resolve) => wss.close(resolve));
  });
  const server = once(wss, "connection").then(([socket]) => socket as WebSocket);
  const client = new WebSocket(`ws://127.0.0.1:${(wss.address() as AddressInfo).port}`);
  cleanups.unshift(() => client.on("error", () => {}).terminate());
  return { client, server };
}

async function streams(): Promise<{ client: Duplex; server: Duplex; sockets: WebSocket[] }> {
  const { client, server } = await pair();
  const stream = createWebSocketStream(client);
  const accepted = await server;
  return { client: stream, server: createWebSocketStream(accepted), sockets: [client, accepted] };
}

describe("createWebSocketStream", () => {
  it("ends for await without an error when the peer closes", async () => {
    const { client, server } = await pair();
    const stream = createWebSocketStream(client);
    const seen: unknown[] = [];
    stream.on("error", (error) => seen.push(error));
    const accepted = await server;
    accepted.send("last");
    accepted.close();
    for await (const chunk of stream) seen.push(String(chunk));
    stream.destroy();
    if (!stream.closed) await once(stream, "close");
    expect(seen).toEqual(["last"]);
  });

  it("has finished before it has ended", async () => {
    const { client, server } = await streams();
    const seen: string[] = [];
    for (const event of ["finish", "end", "close"]) client.on(event, () => seen.push(event));
    server.resume();
    client.resume();
    client.end();
    await once(client, "close");
    expect(seen).toEqual(["finish", "end", "close"]);
  });

  it("takes a signal that is aborted already", async () => {
    const { client, server } = await pair();
    await server;
    const stream = createWebSocketStream(client, { signal: AbortSignal.abort() });
    const [error] = (await once(stream, "error")) as [Error];
    expect(error.name).toBe("AbortError");
    expect(client.readyState).toBe(WebSocket.CLOSED);
  });

  it("carries bytes both ways and ends with the closing handshake", async () => {
    const { client, server, sockets } = await streams();
    server.pipe(server);
    const data = Buffer.alloc(1_000_000, "stream ");
    const closed = Promise.all(sockets.map((socket) => once(socket, "close")));
    for (let at = 0; at < data.length; at += 100_000) client.write(data.subarray(at, at + 100_000));
    let echoed = 0;
    for await (const chunk of client.iterator({ destroyOnReturn: false })) {
      echoed += (chunk as Buffer).length;
      if (echoed === data.length) break;
    }
    client.end();
    for (const [code] of await closed) expect(code).toBe(1005);
  });

  it("writes what was written while connecting", async () => {
    const { client, server } = await pair();
    const stream = createWebSocketStream(client);
    stream.write("early");
    const [data, isBinary] = await once(await server, "message");
    expect([data.toString(), isBinary]).toEqual(["early", true]);
  });

  it("reads text as strings in object mode only", async () => {
    const { client, server } = await pair();
    const objects = createWebSocketStream(client, { readableObjectMode: true });
    const accepted = await server;
    accepted.send("text");
    accepted.send(Buffer.from("bytes"));
    accepted.close();
    objects.end();
    expect(await objects.toArray()).toEqual(["text", Buffer.from("bytes")]);
  });

  it("reads text as bytes otherwise", async () => {
    const { client, server } = await pair();
    const accepted = await server;
    const bytes = createWebSocketStream(accepted);
    await once(client, "open");
    client.send("text");
    expect((await once(bytes, "data"))[0]).toEqual(Buffer.from("text"));
  });

  it.each(["nodebuffer", "arraybuffer", "fragments"] as const)(
    "reads bytes whatever the binaryType: %s",
    async (form) => {
      const { client, server } = await pair();
      client.binaryType = form;
      const stream = createWebSocketStream(client);
      (await server).send(Buffer.from("bytes"));
      expect((await once(stream, "data"))[0]).toEqual(Buffer.from("bytes"));
    },
  );

  it("pauses the WebSocket while nobody reads, and loses nothing", async () => {
    const { client, server } = await pair();
    const stream = createWebSocketStream(client);
    const accepted = await server;
    const part = Buffer.alloc(64 * 1024, 1);
    for (let i = 0; i < 100; i++) accepted.send(part);
    stream.read(0);
    await expect.poll(() => client.isPaused).toBe(true);
    expect(stream.readableLength).toBeLessThanOrEqual(2 * part.length);
    accepted.close();
    expect((await buffer(stream)).length).toBe(100 * part.length);
  });

  it("ends when the peer closes, and its own end is not needed then", async () => {
    const { client, server } = await pair();
    const stream = createWebSocketStream(client, { allowHalfOpen: false });
    const ended = Promise.all([once(stream, "end"), once(stream, "close")]);
    (await server).close();
    stream.resume();
    await ended;
    expect(stream.destroyed).toBe(true);
  });

  it("is an end of a pipeline", async () => {
    const { client, server } = await streams();
    const received = buffer(server);
    server.on("end", () => server.end());
    await pipeline(Readable.from([Buffer.from("a"), Buffer.from("b")]), client, async (source) => {
      for await (const chunk of source) void chunk;
    });
    expect((await received).toString()).toBe("ab");
  });

  it("terminates the WebSocket when it is destroyed, with and without an error", async () => {
    for (const error of [undefined, new Error("enough")]) {
      const { client, server } = await pair();
      const accepted = await server;
      const stream = createWebSocketStream(client);
      await once(client, "open");
      const events: string[] = [];
      stream.on("error", (reason) => events.push(reason.message)).on("close", () => events.push("close"));
      const closed = once(accepted, "close");
      stream.destroy(error);
      expect((await closed)[0]).toBe(1006);
      await expect.poll(() => events.includes("close")).toBe(true);
      expect(events).toEqual(error === undefined ? ["close"] : ["enough", "close"]);
    }
  });

  it("is destroyed with the error of the WebSocket", async () => {
    const client = new WebSocket("ws://127.0.0.1:1/");
    const stream = createWebSocketStream(client);
    const closed = new Promise((resolve) => stream.on("close", resolve));
    const [error] = await once(stream, "error");
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
    await closed;
    expect(stream.destroyed).toBe(true);
  });

  it("can be destroyed while connecting", async () => {
    const { client } = await pair();
    const stream = createWebSocketStream(client);
    stream.destroy();
    const [error] = await once(stream, "error");
    expect(error).toMatchObject({ message: "WebSocket was closed before the connection was established" });
  });

  it("reports a write after the end of the WebSocket", async () => {
    const { client, server } = await pair();
    const stream = createWebSocketStream(client);
    (await server).close();
    await once(client, "close");
    stream.write("late");
    const [error] = await once(stream, "error");
    expect(error).toMatchObject({ message: "WebSocket is not open: readyState 3 (CLOSED)" });
  });
});
