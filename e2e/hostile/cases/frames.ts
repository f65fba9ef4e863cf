import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { join } from "../attacker/peer.ts";
import { expectEcho } from "../attacker/target.ts";
import { frame, type FrameParts } from "../attacker/websocket.ts";

const LIMIT = 1_000_000;
const hex = (text: string): Buffer => Buffer.from(text, "hex");

/** Frames that break RFC 6455, and the close code of §7.4.1 they are answered with. */
const BROKEN: readonly [name: string, frames: readonly (FrameParts | Buffer)[], code: number][] = [
  ["frame without a mask", [{ masked: false, payload: "40" }], 1002],
  ["RSV1 without an extension", [{ rsv: 4, payload: "40" }], 1002],
  ["RSV2", [{ rsv: 2, payload: "40" }], 1002],
  ["RSV3", [{ rsv: 1, payload: "40" }], 1002],
  ...[3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf].map(
    (opcode) => [`opcode ${opcode}`, [{ opcode }], 1002] as [string, FrameParts[], number],
  ),
  ["ping of 126 bytes", [{ opcode: 9, payload: "x".repeat(126) }], 1002],
  ["fragmented ping", [{ opcode: 9, fin: false }], 1002],
  ["fragmented close", [{ opcode: 8, fin: false }], 1002],
  ["continuation of nothing", [{ opcode: 0, payload: "40" }], 1002],
  ["message inside of a message", [{ fin: false, payload: "4" }, { payload: "40" }], 1002],
  ["length beyond the limit, no payload", [{ length: LIMIT + 1 }], 1009],
  ["length of 2^31", [{ length: 2 ** 31 }], 1009],
  ["length of 2^53", [{ length: 2n ** 53n }], 1009],
  ["length of 2^62", [{ length: 2n ** 62n }], 1009],
  ["length with the top bit", [{ length: 2n ** 64n - 1n }], 1009],
  [
    "fragments that exceed the limit together",
    [
      { fin: false, payload: "4".repeat(600_000) },
      { opcode: 0, length: 600_000 },
    ],
    1009,
  ],
  ["text that is not UTF-8", [{ payload: hex("34ff") }], 1007],
  ["overlong UTF-8", [{ payload: hex("34c080") }], 1007],
  ["surrogate in UTF-8", [{ payload: hex("34eda080") }], 1007],
  ["text cut inside of a character", [{ payload: hex("34e282") }], 1007],
  ["bad UTF-8 in the first of many fragments", [{ fin: false, payload: hex("34ff") }], 1007],
  ["close payload of one byte", [{ opcode: 8, payload: hex("03") }], 1002],
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map((code) => {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    return [`close code ${code}`, [{ opcode: 8, payload }], 1002] as [string, FrameParts[], number];
  }),
  ["close reason that is not UTF-8", [{ opcode: 8, payload: hex("03e8ff") }], 1007],
];

const bytesOf = (part: FrameParts | Buffer): Buffer => (Buffer.isBuffer(part) ? part : frame(part));

export const frames: Attack[] = [
  ...BROKEN.map(([name, parts, code]): Attack => ({
    name,
    run: async (server) => {
      const socket = await server.websocket();
      socket.line.send(Buffer.concat(parts.map(bytesOf)));
      expect(await socket.closed()).toBe(code);
      expect(await socket.line.ended()).not.toBe("open");
    },
  })),
  {
    name: "message byte by byte",
    run: async (server) => {
      const peer = await server.websocketPeer();
      for (const byte of frame({ payload: '40{"a":"é😀"}' })) {
        peer.socket.line.send(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
      expect(String(await peer.next())).toContain('0{"sid"');
    },
  },
  {
    name: "frame that never ends",
    variant: "brisk",
    run: async (server) => {
      const peer = await server.websocketPeer();
      peer.socket.line.send(frame({ length: LIMIT, payload: "4" }));
      expect(await peer.ended()).toBe(true); // the heartbeat
    },
  },
  {
    name: "a trickle of bytes is no sign of life",
    variant: "brisk",
    run: async (server) => {
      const peer = await server.websocketPeer();
      peer.socket.line.send(frame({ length: LIMIT, payload: "4" }));
      const trickle = setInterval(() => peer.socket.line.send("x"), 20);
      expect(await peer.ended()).toBe(true);
      clearInterval(trickle);
    },
  },
  {
    name: "100 frames which announce the limit and stop",
    growthBytes: 40_000_000,
    run: async (server) => {
      for (let i = 0; i < 100; i++) (await server.websocket()).line.send(frame({ length: LIMIT, payload: "4" }));
    },
  },
  {
    name: "a million empty fragments",
    run: async (server) => {
      const peer = await server.websocketPeer();
      peer.socket.line.send(frame({ fin: false, payload: "4" }));
      const many = Buffer.concat(Array.from({ length: 10_000 }, () => frame({ opcode: 0, fin: false })));
      await peer.socket.line.flood(many, 100);
      peer.socket.line.send(frame({ opcode: 0, payload: "0" }));
      expect(String(await peer.next(10_000))).toContain('0{"sid"');
    },
  },
  {
    name: "half a million fragments of one byte",
    run: async (server) => {
      const peer = await server.websocketPeer();
      peer.socket.line.send(frame({ fin: false, payload: '40{"x":"' }));
      const many = Buffer.concat(Array.from({ length: 10_000 }, () => frame({ opcode: 0, fin: false, payload: "x" })));
      await peer.socket.line.flood(many, 50);
      peer.socket.line.send(frame({ opcode: 0, payload: '"}' }));
      expect(String(await peer.next(10_000))).toContain('0{"sid"');
    },
  },
  {
    name: "frames after Close",
    run: async (server) => {
      const peer = await server.websocketPeer();
      await join(peer);
      const late = frame({ payload: '42["broadcast","late"]' });
      peer.socket.line.send(Buffer.concat([frame({ opcode: 8 }), late, late]));
      expect(await peer.socket.closed()).toBe(1005);
      expect(peer.socket.messages).toEqual([]);
    },
  },
  {
    name: "100 Close frames",
    run: async (server) => {
      const socket = await server.websocket();
      socket.line.send(Buffer.concat(Array.from({ length: 100 }, () => frame({ opcode: 8 }))));
      expect(await socket.closed()).toBe(1005);
      expect(await socket.line.ended()).not.toBe("open");
    },
  },
  {
    name: "pongs nobody asked for",
    run: async (server) => {
      const peer = await server.websocketPeer();
      await peer.socket.line.flood(frame({ opcode: 10, payload: "x".repeat(125) }), 20_000);
      await join(peer);
      await expectEcho(peer);
    },
  },
  {
    name: "pings of a peer that does not read",
    run: async (server) => {
      const peer = await server.websocketPeer();
      peer.socket.line.stopReading();
      const many = Buffer.concat(Array.from({ length: 1_000 }, () => frame({ opcode: 9, payload: "x".repeat(125) })));
      await peer.socket.line.flood(many, 300); // 39 MB of pings
    },
  },
  {
    name: "pings of a peer that reads",
    run: async (server) => {
      const peer = await server.websocketPeer();
      const many = Buffer.concat(Array.from({ length: 1_000 }, () => frame({ opcode: 9 })));
      await peer.socket.line.flood(many, 20);
      await join(peer);
      await expectEcho(peer);
    },
  },
  {
    name: "binary before any namespace is joined",
    run: async (server) => {
      const peer = await server.websocketPeer();
      await peer.send(Buffer.from("hello"));
      expect(await peer.ended()).toBe(true);
    },
  },
  {
    name: "empty text message",
    run: async (server) => {
      const peer = await server.websocketPeer();
      await peer.send("");
      expect(await peer.ended()).toBe(true);
    },
  },
];
