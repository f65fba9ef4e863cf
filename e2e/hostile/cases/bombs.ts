import { constants, deflateRawSync } from "node:zlib";
import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { join, WebSocketPeer } from "../attacker/peer.ts";
import { expectEcho, type Target, WEBSOCKET } from "../attacker/target.ts";
import { frame, type RawWebSocket } from "../attacker/websocket.ts";

const DEFLATE = { "Sec-WebSocket-Extensions": "permessage-deflate" };
const MB = 1_000_000;

/** RFC 7692 §7.2.1: without the empty block at the end. */
function deflated(data: Buffer): Buffer {
  const out = deflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH });
  return out.subarray(0, out.length - 4);
}

async function compressing(server: Target): Promise<RawWebSocket> {
  const socket = await server.websocket(WEBSOCKET, DEFLATE);
  expect(socket.answer.headers["sec-websocket-extensions"]).toContain("permessage-deflate");
  return socket;
}

/** Compressed messages, and the close code they get. */
const COMPRESSED: readonly [name: string, frames: () => Buffer[], code: number][] = [
  ["bomb of 100 MB in 100 kB", () => [frame({ rsv: 4, payload: deflated(Buffer.alloc(100 * MB)) })], 1009],
  [
    "bomb one byte beyond the limit",
    () => [frame({ rsv: 4, opcode: 2, payload: deflated(Buffer.alloc(MB + 1)) })],
    1009,
  ],
  [
    "bomb in fragments",
    () => {
      const bomb = deflated(Buffer.alloc(20 * MB));
      const parts = [0, 1, 2, 3].map((i) => bomb.subarray((i * bomb.length) / 4, ((i + 1) * bomb.length) / 4));
      return parts.map((payload, i) => frame({ opcode: i === 0 ? 1 : 0, rsv: i === 0 ? 4 : 0, fin: i === 3, payload }));
    },
    1009,
  ],
  ["compressed garbage", () => [frame({ rsv: 4, payload: Buffer.alloc(500, 0xff) })], 1007],
  [
    "garbage behind the limit",
    () => [frame({ rsv: 4, payload: Buffer.concat([deflated(Buffer.alloc(2 * MB)), Buffer.alloc(500, 0xff)]) })],
    1009,
  ],
  [
    "compressed message cut inside of a block",
    () => [frame({ rsv: 4, payload: deflated(Buffer.from("40")).subarray(0, 1) })],
    1007,
  ],
  ["compressed text that is not UTF-8", () => [frame({ rsv: 4, payload: deflated(Buffer.from("34ff", "hex")) })], 1007],
  ["RSV1 on a continuation", () => [frame({ rsv: 4, fin: false }), frame({ rsv: 4, opcode: 0 })], 1002],
  ["RSV1 on a ping", () => [frame({ rsv: 4, opcode: 9 })], 1002],
  [
    "bomb for a peer that leaves at once",
    () => [frame({ rsv: 4, payload: deflated(Buffer.alloc(50 * MB)) }), frame({ opcode: 8 })],
    1009,
  ],
];

/** Bodies and messages of great size or number, within the limits of bytes. */
const LARGE: readonly [name: string, packets: (string | Buffer)[]][] = [
  ["array of 400,000 numbers", [`420["echo",[${"1,".repeat(399_999)}1]]`]],
  ["object of 60,000 keys", [`420["nobody",{${Array.from({ length: 60_000 }, (_, i) => `"k${i}":1`).join(",")}}]`]],
  ["60,000 times the same key", [`420["nobody",{${'"k":1,'.repeat(60_000)}"k":1}]`]],
  [
    "keys with colliding hashes",
    [`420["nobody",{${Array.from({ length: 50_000 }, (_, i) => `"${i * 16_384}":1`).join(",")}}]`],
  ],
  ["number of 500,000 digits", [`420["nobody",${"9".repeat(500_000)}]`]],
  ["string of escapes", [`420["nobody","${"\\u0000".repeat(150_000)}"]`]],
  ["300,000 empty objects", [`420["nobody",[${"{},".repeat(299_999)}{}]]`]],
  [
    "150,000 values that look like placeholders from afar",
    [`420["nobody",[${'{"_":1},'.repeat(100_000)}"_placeholder"]]`],
  ],
  ["namespace of 900,000 characters", [`40/${"n".repeat(900_000)},`]],
  ["event name of 900,000 characters", [`42["${"n".repeat(900_000)}"]`]],
  ["attachment of almost the limit", ['451-["nobody",{"_placeholder":true,"num":0}]', Buffer.alloc(990_000)]],
];

export const bombs: Attack[] = [
  ...COMPRESSED.map(([name, frames, code]): Attack => ({
    name,
    variant: "deflate",
    run: async (server) => {
      const socket = await compressing(server);
      socket.line.send(Buffer.concat(frames()));
      expect(await socket.closed(5_000)).toBe(code);
    },
  })),
  {
    name: "20 bombs of 50 MB at once",
    variant: "deflate",
    growthBytes: 10 * MB,
    run: async (server) => {
      const bomb = frame({ rsv: 4, payload: deflated(Buffer.alloc(50 * MB)) });
      const sockets = await Promise.all(Array.from({ length: 20 }, () => compressing(server)));
      for (const socket of sockets) socket.line.send(bomb);
      const codes = await Promise.all(sockets.map((socket) => socket.closed(10_000)));
      expect(new Set(codes)).toEqual(new Set([1009]));
    },
  },
  {
    name: "resets while bombs are inflated",
    variant: "deflate",
    run: async (server) => {
      const message = frame({ rsv: 4, opcode: 2, payload: deflated(Buffer.alloc(900_000)) });
      const sockets = await Promise.all(Array.from({ length: 50 }, () => compressing(server)));
      for (const socket of sockets) socket.line.send(Buffer.concat([message, message, message]));
      await new Promise((resolve) => setTimeout(resolve, 5));
      for (const socket of sockets) socket.line.reset();
      await server.expectNothingLeft();
    },
  },
  ...LARGE.flatMap(([name, packets]): Attack[] => [
    {
      name,
      growthBytes: 8 * MB,
      run: async (server) => {
        const peer = await server.member("websocket");
        await peer.send(...packets);
        await expectEcho(peer);
      },
    },
  ]),
  {
    name: "payload of a million separators",
    growthBytes: 8 * MB,
    run: async (server) => {
      const peer = await server.polling();
      const answer = await peer.post("\x1e".repeat(999_999));
      expect(answer.status).toBe(400);
      expect(await peer.ended()).toBe(true);
    },
  },
  {
    name: "payload of 500,000 noops",
    growthBytes: 8 * MB,
    run: async (server) => {
      const peer = await server.polling();
      expect((await peer.post(Array.from({ length: 500_000 }, () => "6").join("\x1e"))).status).toBe(400);
      expect(await peer.ended()).toBe(true);
    },
  },
  {
    name: "payload of base64 that is none",
    run: async (server) => {
      const peer = await server.polling();
      await peer.send("40", `b${"!".repeat(900_000)}`);
      expect(await peer.ended()).toBe(true); // an attachment nobody announced
    },
  },
  {
    name: "connection survives the largest message",
    run: async (server) => {
      const peer = await WebSocketPeer.open(await server.line());
      await join(peer);
      const filler = "x".repeat(MB - '42["nobody",""]'.length);
      await peer.send(`42["nobody","${filler}"]`);
      await expectEcho(peer);
    },
  },
];
