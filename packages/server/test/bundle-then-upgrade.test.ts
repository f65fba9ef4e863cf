import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, it } from "vitest";
import { Server } from "../src/server.js";

const UPGRADE = [
  "Host: a",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
].join("\r\n");

it.each([
  ["elsewhere", "/elsewhere/"],
  ["here", "/socket.io/?EIO=4&transport=websocket"],
])(
  "an upgrade %s behind a request for a bundle, on one connection, gets no answer and no socket is left",
  async (_where, target) => {
    const http = createServer();
    const io = new Server(http, { destroyUpgradeTimeout: 20 });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const line = connect((http.address() as AddressInfo).port, "127.0.0.1");
    line.on("error", () => {});
    let received = "";
    line.setEncoding("latin1").on("data", (chunk: string) => (received += chunk));
    line.write(`GET /socket.io/socket.io.js HTTP/1.1\r\nHost: a\r\n\r\nGET ${target} HTTP/1.1\r\n${UPGRADE}\r\n\r\n`);
    await once(line, "close");
    expect(received).not.toContain(" 101 ");
    await io.close();
  },
);
