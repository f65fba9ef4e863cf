// Proxies that make the opening handshakes themselves, on either side (mockttp): they record responses, and attach clients to sockets.
import { once } from "node:events";
import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { PerMessageDeflate, WebSocket, WebSocketServer, extension } from "@halyard/websocket";
import { afterEach, expect, it } from "vitest";

const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** What the classes have for those who reach for it. */
interface Reached {
  _isServer: boolean;
  _extensions: object;
  setSocket(socket: Duplex, head: Buffer, limits: object): void;
}

async function listen(options: { onUpgrade: (req: IncomingMessage, socket: Duplex, head: Buffer) => void }) {
  const server = createServer();
  server.on("upgrade", options.onUpgrade);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

it("has written the response when handleUpgrade calls back, where somebody records what is written", async () => {
  const wss = new WebSocketServer({ noServer: true });
  let recorded = "";
  const port = await listen({
    onUpgrade: (req, socket, head) => {
      const write = socket._write.bind(socket);
      socket._write = (chunk: Buffer, encoding, done) => {
        recorded += chunk.toString("latin1");
        write(chunk, encoding, done);
      };
      wss.handleUpgrade(req, socket, head, (webSocket) => {
        const first = recorded;
        socket._write = write;
        webSocket.send(first);
      });
    },
  });
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  cleanups.push(() => client.terminate());
  const [data] = await once(client, "message");
  expect(String(data)).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n[^]*\r\n\r\n$/);
});

it("attaches a client to a socket whose handshake was made before, with what was agreed on", async () => {
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 0 } });
  const port = await listen({
    onUpgrade: (req, socket, head) =>
      wss.handleUpgrade(req, socket, head, (webSocket) =>
        webSocket.on("message", (data, isBinary) => webSocket.send(data, { binary: isBinary })),
      ),
  });
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-extensions": "permessage-deflate",
  };
  const req = request({ port, host: "127.0.0.1", headers }).end();
  const [res, socket, head] = (await once(req, "upgrade")) as [IncomingMessage, Duplex, Buffer];
  const deflate = new PerMessageDeflate();
  deflate.accept(extension.parse(res.headers["sec-websocket-extensions"]!)["permessage-deflate"]!);

  const client = new WebSocket(null);
  cleanups.push(() => client.terminate());
  const reached = client as unknown as Reached;
  reached._isServer = false;
  reached._extensions = { "permessage-deflate": deflate };
  reached.setSocket(socket, head, { maxPayload: 0 });
  expect(client.extensions).toBe("permessage-deflate");
  client.send("text ".repeat(100));
  expect(String((await once(client, "message"))[0])).toBe("text ".repeat(100));
  client.close(4000);
  expect((await once(client, "close"))[0]).toBe(4000);
});
