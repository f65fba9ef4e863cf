import { once } from "node:events";
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServerOptions } from "../src/node/server-options.js";
import { WebSocketServer } from "../src/node/websocket-server.js";
import { WebSocket } from "../src/node/websocket.js";

const uncaught: string[] = [];
const collect = (error: Error): void => void uncaught.push(error.message);
let others: NodeJS.UncaughtExceptionListener[] = [];
let server: WebSocketServer;

beforeEach(() => {
  uncaught.length = 0;
  others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", collect);
});
afterEach(async () => {
  for (const client of server.clients ?? []) client.terminate();
  await new Promise((resolve) => server.close(resolve));
  process.removeListener("uncaughtException", collect);
  for (const listener of others) process.on("uncaughtException", listener);
});

async function pair(options: ServerOptions = {}): Promise<{ client: WebSocket; peer: WebSocket }> {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
  await once(server, "listening");
  const connected = once(server, "connection") as Promise<[WebSocket]>;
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const [[peer]] = await Promise.all([connected, once(client, "open")]);
  return { client, peer };
}

/** Collects messages, and throws at the second one. */
function hear(socket: WebSocket): string[] {
  const heard: string[] = [];
  socket.on("message", (data) => {
    heard.push((data as Buffer).toString("latin1", 0, 1));
    if (heard.length === 2) throw new Error("listener");
  });
  return heard;
}

describe("a listener that throws, in a process that goes on", () => {
  it.each([
    ["one that waits behind a message inflated in the thread pool", { perMessageDeflate: true }, Buffer.alloc(1)],
    ["one inflated in the thread pool", { perMessageDeflate: true }, randomBytes(100_000)],
  ])("at %s: an exception, and the rest comes", async (_title, options, second) => {
    const { client, peer } = await pair(options);
    const heard = hear(client);
    peer.send(Buffer.concat([Buffer.from("a"), randomBytes(100_000)]));
    peer.send(second);
    peer.send("c");
    peer.send("d");
    await vi.waitFor(() => expect(heard).toHaveLength(4));
    peer.send("e");
    await vi.waitFor(() => expect(heard.join("")).toMatch(/cde$/));
    expect(uncaught).toEqual(["listener"]);
  });

  it("as the callback of a send that fails: `close` comes", async () => {
    const { peer } = await pair({ perMessageDeflate: true });
    peer.send(randomBytes(100_000), (error) => {
      if (error) throw error;
    });
    peer.terminate();
    await once(peer, "close");
    expect(server.clients?.size).toBe(0);
    expect(uncaught).toEqual(["the connection is closed"]);
  });

  it("as the callback of a send: those of other sends of the turn are called", async () => {
    const { client, peer } = await pair();
    const heard = hear(client);
    const throwing = (): void => {
      throw new Error("callback");
    };
    const called: string[] = [];
    peer.send("a", throwing);
    peer.ping("", false, throwing);
    await new Promise<void>((resolve) => {
      peer.send("c", () => called.push("third"));
      peer.send("d", () => {
        called.push("fourth");
        resolve();
      });
    });
    expect(called).toEqual(["third", "fourth"]);
    expect(uncaught.filter((message) => message === "callback")).toHaveLength(2);
    await vi.waitFor(() => expect(heard).toEqual(["a", "c", "d"]));
  });

  it("as the callbacks of sends that fail: all are called", async () => {
    const { peer } = await pair({ perMessageDeflate: true });
    const called: number[] = [];
    for (const number of [1, 2, 3]) {
      peer.send(number === 1 ? randomBytes(100_000) : "behind it", () => {
        called.push(number);
        throw new Error(`callback ${number}`);
      });
    }
    peer.terminate();
    await once(peer, "close");
    expect(called).toEqual([1, 2, 3]);
    expect(uncaught).toContain("callback 1");
  });

  it("as the callback of a Blob that cannot be read: the connection ends", async () => {
    const { peer } = await pair();
    peer.send(
      blobOf(() => Promise.reject(new Error("gone"))),
      () => {
        throw new Error("callback");
      },
    );
    peer.send("behind it", () => {});
    await closeOf(peer);
    expect(uncaught).toEqual(["callback"]);
  });

  it.each([
    ["throws", () => raise("no bytes")],
    ["gives what are none", () => Promise.resolve(undefined)],
  ])("as a Blob of another package that %s: an error of the connection", async (_title, arrayBuffer) => {
    const { peer } = await pair();
    const errors: string[] = [];
    peer.on("error", ({ message }) => errors.push(message));
    peer.send(blobOf(arrayBuffer));
    await closeOf(peer);
    expect([errors.length, uncaught]).toEqual([1, []]);
  });
});

/** Whether or not there is an error before it. */
function closeOf(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => void socket.once("close", () => resolve()));
}

function raise(message: string): never {
  throw new Error(message);
}

/** What another package, or another realm, may call a Blob. */
function blobOf(arrayBuffer: () => unknown): Blob {
  return { arrayBuffer, stream: raise, type: "", size: 4, [Symbol.toStringTag]: "Blob" } as unknown as Blob;
}
