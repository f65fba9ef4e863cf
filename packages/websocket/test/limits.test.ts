import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServerOptions, VerifyDone } from "../src/node/server-options.js";
import { WebSocket, type ClientOptions } from "../src/node/websocket.js";
import { ask, listen } from "./listening.js";

/** Of requests that wait for `decideLater`. */
const answers: VerifyDone[] = [];
let isOver = false;
beforeEach(() => void (isOver = false));
afterEach(() => {
  isOver = true;
  for (const answer of answers.splice(0)) answer(false);
});

function decideLater(_info: unknown, done: VerifyDone): void {
  if (isOver) done(false);
  else answers.push(done);
}

async function status(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, "data")) as [Buffer];
  return chunk.toString("latin1").slice(9, 12);
}

describe("limits before the opening handshake", () => {
  it.each([true, false])(
    "maxConnections: more get 503, until one leaves; clientTracking %s",
    async (clientTracking) => {
      const { server, port } = await listen({ maxConnections: 2, clientTracking });
      const peers: WebSocket[] = [];
      server.on("connection", (peer) => peers.push(peer));
      expect(await status(ask(port))).toBe("101");
      expect(await status(ask(port))).toBe("101");
      expect(await status(ask(port))).toBe("503");
      for (const peer of peers.splice(0, 1)) {
        peer.terminate();
        await once(peer, "close");
      }
      expect(await status(ask(port))).toBe("101");
      expect(await status(ask(port))).toBe("503");
      for (const peer of peers) peer.terminate();
    },
  );

  it("maxPendingAdmissions: bounds those that wait for verifyClient; who leaves makes room", async () => {
    const { port } = await listen({ maxPendingAdmissions: 2, admissionTimeout: 10_000, verifyClient: decideLater });
    const first = ask(port);
    const second = ask(port);
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    expect(await status(ask(port))).toBe("503");
    answers[0]?.(true);
    expect(await status(first)).toBe("101");
    second.destroy(); // its answer never comes
    await vi.waitFor(() => {
      ask(port);
      expect(answers.length).toBeGreaterThan(2);
    });
  });

  it("admissionTimeout: also for a client that has ended its side, and waits for ever", async () => {
    const { port } = await listen({ admissionTimeout: 50, verifyClient: decideLater });
    const socket = ask(port);
    socket.end();
    expect(await status(socket)).toBe("503");
  });

  it("maxConnections counts those that wait", async () => {
    const { port } = await listen({ maxConnections: 1, admissionTimeout: 10_000, verifyClient: decideLater });
    const first = ask(port);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    expect(await status(ask(port))).toBe("503");
    answers[0]?.(false, 403);
    expect(await status(first)).toBe("403");
    ask(port);
    await vi.waitFor(() => expect(answers).toHaveLength(2));
  });
});

describe("maxBufferedAmount", () => {
  const LIMIT = 1024 * 1024;
  const message = Buffer.alloc(256 * 1024, "x");

  async function peerOf(options: ServerOptions): Promise<{ peer: WebSocket; socket: Socket }> {
    const { server, port } = await listen(options);
    const connected = once(server, "connection") as Promise<[WebSocket]>;
    const socket = ask(port);
    const [peer] = await connected;
    return { peer, socket };
  }

  it("ends the connection of a peer that does not read, on the send that finds more waiting", async () => {
    const { peer } = await peerOf({ maxBufferedAmount: LIMIT });
    const errors: Error[] = [];
    peer.on("error", (error) => errors.push(error));
    const closed = new Promise<number>((resolve) => peer.once("close", resolve));
    let most = 0;
    const failed: unknown[] = [];
    while (peer.readyState === WebSocket.OPEN) {
      peer.send(message, (error) => error && failed.push(error));
      most = Math.max(most, peer.bufferedAmount);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(most).toBeGreaterThan(LIMIT);
    expect(most).toBeLessThan(LIMIT + 2 * message.length);
    expect(await closed).toBe(1006);
    expect(errors).toEqual([expect.objectContaining({ code: "WS_ERR_MAX_BUFFERED_AMOUNT" })]);
    await vi.waitFor(() => expect(failed.length).toBeGreaterThan(0));
  });

  it("is no concern of a peer that reads: drain tells when to go on", async () => {
    const { peer, socket } = await peerOf({ maxBufferedAmount: LIMIT });
    let received = 0;
    socket.on("data", (chunk) => (received += chunk.length));
    for (let i = 0; i < 40; i++) {
      peer.send(message);
      if (peer.bufferedAmount > LIMIT / 2) await once(peer, "drain");
    }
    await vi.waitFor(() => expect(received).toBeGreaterThan(40 * message.length));
    expect(peer.readyState).toBe(WebSocket.OPEN);
  });

  it("counts what is still being deflated, and drain tells when that has left as well", async () => {
    const { server, port } = await listen({ maxBufferedAmount: LIMIT, perMessageDeflate: { concurrencyLimit: 1 } });
    const connected = once(server, "connection") as Promise<[WebSocket]>;
    const client = new WebSocket(`ws://127.0.0.1:${port}/`);
    let received = 0;
    client.on("message", () => received++);
    const [peer] = await connected;
    const noise = randomBytes(message.length / 2).toString("hex");
    for (let i = 0; i < 20; i++) {
      peer.send(noise);
      expect(peer.bufferedAmount).toBeGreaterThan(0);
      await once(peer, "drain");
      expect(peer.bufferedAmount).toBe(0);
    }
    await vi.waitFor(() => expect(received).toBe(20));
    client.terminate();
  });

  it("is an option of clients, and of sinks", async () => {
    const { server, port } = await listen({});
    server.on("connection", (peer) => peer.pause());
    const options: ClientOptions = { maxBufferedAmount: LIMIT, perMessageDeflate: false };
    const client = new WebSocket(`ws://127.0.0.1:${port}/`, options);
    const seen: string[] = [];
    client.setSink({
      onText: () => {},
      onBinary: () => {},
      onDrain: () => {},
      onError: (error) => seen.push(error.message.replaceAll(/\d+/g, "N")),
      onClose: (code) => seen.push(String(code)),
    });
    await once(client, "open");
    while (client.readyState === WebSocket.OPEN) {
      client.sendBinary(message, false);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    expect(seen).toEqual(["the peer does not read: N bytes wait, maxBufferedAmount is N", "1006"]);
  });
});

describe("maxFragments and maxBufferedChunks", () => {
  it.each([
    [{ maxFragments: 2 }, "Too many message fragments"],
    [{ maxBufferedChunks: 2 }, "Too many buffered chunks"],
  ])("%j: a server fails the connection with 1008", async (options, message) => {
    const { server, port } = await listen(options);
    const connected = once(server, "connection") as Promise<[WebSocket]>;
    const socket = ask(port);
    const [peer] = await connected;
    await once(socket, "data");
    const failed = once(peer, "error") as Promise<[Error]>;
    const reply = once(socket, "data") as Promise<[Buffer]>;
    const fragments = ["018000000000", "008000000000", "008000000000"]; // empty, masked, none the last
    const accepted = peer._socket as Socket;
    for (const byte of Buffer.from(fragments.join(""), "hex")) {
      if (peer.readyState !== WebSocket.OPEN) break;
      const read = accepted.bytesRead;
      socket.write(Buffer.of(byte));
      await vi.waitFor(() => expect(accepted.bytesRead).toBe(read + 1), { interval: 1 }); // a chunk of its own
    }
    expect((await failed)[0]).toMatchObject({ code: "WS_ERR_TOO_MANY_BUFFERED_PARTS", message });
    expect((await reply)[0].toString("hex")).toBe("880203f0");
  });
});

describe("keepAliveInterval", () => {
  it("ends the connection of a peer that says nothing, without FIN", async () => {
    const { server, port } = await listen({ keepAliveInterval: 30 });
    const connected = once(server, "connection") as Promise<[WebSocket]>;
    const socket = ask(port);
    const bytes: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => bytes.push(chunk));
    const [peer] = await connected;
    expect((await once(peer, "close"))[0]).toBe(1006);
    expect(Buffer.concat(bytes).subarray(-2)).toEqual(Buffer.of(0x89, 0));
  });

  it("leaves a peer alone that answers", async () => {
    const { server, port } = await listen({ keepAliveInterval: 20 });
    const connected = once(server, "connection") as Promise<[WebSocket]>;
    const client = new WebSocket(`ws://127.0.0.1:${port}/`, { keepAliveInterval: 20 });
    const [peer] = await connected;
    let pings = 0;
    client.on("ping", () => pings++);
    await vi.waitFor(() => expect(pings).toBeGreaterThan(5));
    expect([client.readyState, peer.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
  });
});
