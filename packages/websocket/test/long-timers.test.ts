import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { ServerOptions } from "../src/node/server-options.js";
import { WebSocketServer } from "../src/node/websocket-server.js";
import { WebSocket } from "../src/node/websocket.js";

/** Node makes 1 ms of them. */
const TOO_LONG = [2 ** 31, Infinity];
const MEANWHILE_MS = 60;

const servers: WebSocketServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    for (const client of server.clients ?? []) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(options: ServerOptions): Promise<{ server: WebSocketServer; port: number }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
  servers.push(server);
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

/** A peer which answers nothing. */
function ask(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  const head = ["GET / HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade"];
  socket.write(
    `${[...head, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"].join("\r\n")}\r\n\r\n`,
  );
  return socket.on("error", () => {});
}

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
    const peer = ask(port);
    const [socket] = (await once(server, "connection")) as [WebSocket];
    socket.close();
    await sleep(MEANWHILE_MS);
    expect(socket.readyState).toBe(WebSocket.CLOSING);
    peer.destroy();
  });

  it("keepAliveInterval", async () => {
    const { server, port } = await listen({ keepAliveInterval: delayMs });
    const peer = ask(port);
    const [socket] = (await once(server, "connection")) as [WebSocket];
    await sleep(MEANWHILE_MS);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    peer.destroy();
  });
});
