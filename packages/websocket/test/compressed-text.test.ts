import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { constants, deflateRawSync } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import { maskedFrame } from "../src/core/frame-encoder.js";
import type { WebSocket } from "../src/node/websocket.js";
import { WebSocketServer } from "../src/node/websocket-server.js";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server that compresses, a peer of it, and the bytes between them. */
async function speak(options: object): Promise<{ socket: Socket; peer: WebSocket }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: options });
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  ends.push(() => (socket.destroy(), server.close()));
  const connected = once(server, "connection") as Promise<[WebSocket]>;
  const head = ["GET / HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade"];
  head.push("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13");
  head.push("Sec-WebSocket-Extensions: permessage-deflate");
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  const [[peer]] = await Promise.all([connected, once(socket, "data")]);
  return { socket, peer };
}

const deflated = (text: string): Buffer =>
  deflateRawSync(Buffer.from(text, "latin1"), { finishFlush: constants.Z_SYNC_FLUSH });

it.each([
  ["without contexts", {}],
  ["with contexts taken over", { clientNoContextTakeover: false }],
])("fails at the first fragment whose inflated bytes are no UTF-8, before FIN: %s", async (_, options) => {
  const { socket, peer } = await speak(options);
  const messages: string[] = [];
  peer.on("message", (data) => Buffer.isBuffer(data) && messages.push(data.toString()));
  socket.write(maskedFrame(0xc1, deflated("whole").subarray(0, -4), 1));
  socket.write(maskedFrame(0x41, deflated("fine"), 1));
  const failed = once(peer, "error") as Promise<[Error]>;
  socket.write(maskedFrame(0x00, deflated("not\xff"), 1));
  const [bytes] = (await once(socket, "data")) as [Buffer];
  expect(bytes.toString("hex")).toBe("880203ef"); // 1007
  expect((await failed)[0]).toMatchObject({ code: "WS_ERR_INVALID_UTF8" });
  expect(messages).toEqual(["whole"]);
});

it("delivers text whose characters are cut by fragments", async () => {
  const { socket, peer } = await speak({});
  const message = once(peer, "message") as Promise<[Buffer]>;
  const text = Buffer.from("κόσμε 😀".repeat(500));
  const bytes = deflated(text.toString("latin1")).subarray(0, -4);
  socket.write(maskedFrame(0x41, bytes.subarray(0, 11), 1));
  for (const byte of bytes.subarray(11)) socket.write(maskedFrame(0x00, Buffer.of(byte), 1));
  socket.write(maskedFrame(0x80, Buffer.alloc(0), 1));
  expect((await message)[0].equals(text)).toBe(true);
});
