import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { WebSocket } from "../src/node/websocket.js";
import { ask, listen } from "./listening.js";

/** Node makes 1 ms of them. */
const TOO_LONG = [2 ** 31, Infinity];
const MEANWHILE_MS = 60;

describe.each(TOO_LONG)("a timer of %s ms does not fire at once", (delayMs) => {
  it("admissionTimeout", async () => {
    const { port } = await listen({
      admissionTimeout: delayMs,
      verifyClient: (_info, done) => void setTimeout(done, MEANWHILE_MS, true),
    });
    const client = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(client, "open");
    expect(client.readyState).toBe(WebSocket.OPEN);
  });

  it("handshakeTimeout", async () => {
    const { port } = await listen({ verifyClient: (_info, done) => void setTimeout(done, MEANWHILE_MS, true) });
    const client = new WebSocket(`ws://127.0.0.1:${port}`, { handshakeTimeout: delayMs });
    await once(client, "open");
    expect(client.readyState).toBe(WebSocket.OPEN);
  });

  it("closeTimeout", async () => {
    const { server, port } = await listen({ closeTimeout: delayMs });
    ask(port);
    const [socket] = (await once(server, "connection")) as [WebSocket];
    socket.close();
    await sleep(MEANWHILE_MS);
    expect(socket.readyState).toBe(WebSocket.CLOSING);
  });

  it("keepAliveInterval", async () => {
    const { server, port } = await listen({ keepAliveInterval: delayMs });
    ask(port);
    const [socket] = (await once(server, "connection")) as [WebSocket];
    await sleep(MEANWHILE_MS);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });
});
