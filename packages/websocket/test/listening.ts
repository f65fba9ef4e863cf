import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { ServerOptions } from "../src/node/server-options.js";
import { WebSocketServer } from "../src/node/websocket-server.js";

/** A server on a free port. It and its connections end with the test. */
export async function listen(
  options: ServerOptions = {},
): Promise<{ server: WebSocketServer; port: number; url: string }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
  onTestFinished(async () => {
    for (const client of server.clients ?? []) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { server, port, url: `ws://127.0.0.1:${port}/` };
}

/** Asks for a WebSocket, and says nothing else. Its bytes are not read until someone listens. */
export function ask(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  const head = [
    "GET / HTTP/1.1",
    "Host: localhost",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
  ];
  socket.on("error", () => {});
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  onTestFinished(() => void socket.destroy());
  return socket;
}
