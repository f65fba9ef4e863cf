import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { request, response, type RequestParts } from "../attacker/http.ts";
import { join, WebSocketPeer } from "../attacker/peer.ts";
import { expectEcho, expectRefusal, POLLING, WEBSOCKET } from "../attacker/target.ts";
import { frame, UPGRADE_HEADERS } from "../attacker/websocket.ts";

type Fields = Record<string, string | readonly string[]>;

function upgrade(fields: Fields, without: readonly string[] = [], parts: RequestParts = {}): Buffer {
  const kept = Object.entries(UPGRADE_HEADERS).filter(([name]) => !without.includes(name));
  return request(WEBSOCKET, { ...parts, headers: { ...Object.fromEntries(kept), ...fields } });
}

const KEY = UPGRADE_HEADERS["Sec-WebSocket-Key"] ?? "";
const BLANKS = " ".repeat(14_000);

/** Opening handshakes that break RFC 6455 §4.2.1: refused with 400 (a method with 405), the line closed. */
const BROKEN: readonly [name: string, bytes: Buffer, status?: number][] = [
  ["no key", upgrade({}, ["Sec-WebSocket-Key"])],
  ["empty key", upgrade({ "Sec-WebSocket-Key": "" })],
  ["key of 15 bytes", upgrade({ "Sec-WebSocket-Key": Buffer.alloc(15).toString("base64") })],
  ["key of 17 bytes", upgrade({ "Sec-WebSocket-Key": Buffer.alloc(17).toString("base64") })],
  ["key that is no base64", upgrade({ "Sec-WebSocket-Key": "!!!!!!!!!!!!!!!!!!!!!!==" })],
  ["two keys", upgrade({ "Sec-WebSocket-Key": [KEY, KEY] })],
  ["no version", upgrade({}, ["Sec-WebSocket-Version"])],
  ["version 0", upgrade({ "Sec-WebSocket-Version": "0" })],
  ["version 99", upgrade({ "Sec-WebSocket-Version": "99" })],
  ["version 13.0", upgrade({ "Sec-WebSocket-Version": "13.0" })],
  ["two versions", upgrade({ "Sec-WebSocket-Version": ["13", "7"] })],
  ["upgrade by POST", upgrade({}, [], { method: "POST" })],
  ["upgrade by PUT", upgrade({}, [], { method: "PUT" })],
  ["upgrade of HTTP/1.0", upgrade({}, [], { version: "1.0" })],
  ["upgrade without Host", upgrade({}, [], { withoutHost: true })],
  ["subprotocol that is no token", upgrade({ "Sec-WebSocket-Protocol": "a b" })],
  ["subprotocol twice", upgrade({ "Sec-WebSocket-Protocol": "a, a" })],
  ["empty element in the subprotocols", upgrade({ "Sec-WebSocket-Protocol": "a,,b" })],
  ["14 kB of blanks in the subprotocols", upgrade({ "Sec-WebSocket-Protocol": `a${BLANKS}x` })],
];

/** Extension offers a server must survive: what it cannot take it declines (RFC 7692 §5.1), what is malformed is a 400. */
const OFFERS: readonly [name: string, offer: string, status: 101 | 400][] = [
  ["extension without a name", "; a=1", 400],
  ["extension with an unclosed quote", 'permessage-deflate; server_max_window_bits="10', 400],
  ["14 kB of blanks in the extensions", `a;${BLANKS}"`, 400],
  ["14 kB of backslashes in a quoted parameter", `a; b="${"\\".repeat(14_000)}`, 400],
  ["1,000 extensions of no meaning", Array.from({ length: 1_000 }, (_, i) => `x${i}`).join(","), 101],
  ["1,000 offers of permessage-deflate", Array.from({ length: 700 }, () => "permessage-deflate").join(","), 101],
  ["server_max_window_bits=7", "permessage-deflate; server_max_window_bits=7", 101],
  ["server_max_window_bits=99", "permessage-deflate; server_max_window_bits=99", 101],
  ["server_max_window_bits=1e1", "permessage-deflate; server_max_window_bits=1e1", 101],
  ["server_max_window_bits=08", "permessage-deflate; server_max_window_bits=08", 101],
  ["server_max_window_bits=8", "permessage-deflate; server_max_window_bits=8", 101],
  ["client_max_window_bits=-1", "permessage-deflate; client_max_window_bits=-1", 101],
  ["the same parameter twice", "permessage-deflate; client_no_context_takeover; client_no_context_takeover", 101],
  ["parameter of no meaning", "permessage-deflate; evil=1", 101],
];

/** Upgrades the rules of Engine.IO refuse, with the code they get. */
const REFUSED: readonly [name: string, target: string, code: number][] = [
  ["upgrade without a transport", "/socket.io/?EIO=4", 0],
  ["upgrade for polling", POLLING, 3],
  ["upgrade for webtransport", "/socket.io/?EIO=4&transport=webtransport", 0],
  ["upgrade of an unknown session", `${WEBSOCKET}&sid=AAAAAAAAAAAAAAAAAAAA`, 1],
  ["upgrade of revision 3 where it is off", "/socket.io/?EIO=3&transport=websocket", 5],
  ["upgrade with a session id of 8,000 characters", `${WEBSOCKET}&sid=${"a".repeat(8_000)}`, 1],
];

/** What a refusal ends is not read on: a request hidden behind it is answered by nobody (RFC 9112 §9.6). */
const HIDDEN: readonly [name: string, bytes: (sid: string) => Buffer, status: number][] = [
  ["an upgrade", () => upgrade({}), 101],
  ["an upgrade that is refused", () => request(`${WEBSOCKET}&sid=none`, { headers: UPGRADE_HEADERS }), 400],
  ["an upgrade of another transport", (sid) => request(`${POLLING}&sid=${sid}`, { headers: UPGRADE_HEADERS }), 400],
  ["an upgrade with a body", () => upgrade({ "Content-Length": "100" }), 400],
  [
    "a POST that is too long",
    (sid) => request(`${POLLING}&sid=${sid}`, { method: "POST", headers: { "Content-Length": "2000000" }, body: "" }),
    413,
  ],
  [
    "a binary POST in protocol v4",
    (sid) =>
      request(`${POLLING}&sid=${sid}`, {
        method: "POST",
        headers: { "Content-Type": "application/octet-stream", "Content-Length": "2000" },
        body: "",
      }),
    400,
  ],
];

export const upgrades: Attack[] = [
  ...(["plain", "gated"] as const).map((variant): Attack => ({
    name: `upgrade in the segment of a request that is answered at once (${variant})`,
    variant,
    run: async (server) => {
      for (const target of ["/nothing", `${POLLING}&sid=none`]) {
        const line = await server.send(Buffer.concat([request(target), upgrade({})]));
        expect((await response(line)).status).toBe(target === "/nothing" ? 404 : 400);
        expect((await response(line)).status).toBe(101);
      }
    },
  })),
  ...HIDDEN.map(([name, bytes, status]): Attack => ({
    name: `request behind ${name}`,
    run: async (server) => {
      const { sid } = await server.polling();
      const line = await server.send(Buffer.concat([bytes(sid), request("/hidden")]));
      expect((await response(line)).status).toBe(status);
      expect(await line.ended()).not.toBe("open");
      expect(line.bytes.toString("latin1")).not.toContain("HTTP/1.1");
    },
  })),
  ...BROKEN.map(([name, bytes, status]): Attack => ({
    name,
    run: async (server) => {
      const line = await server.send(bytes);
      const answer = await response(line);
      if (status === undefined) expect([400, 405, 426]).toContain(answer.status);
      else expect(answer.status).toBe(status);
      expect(await line.ended()).not.toBe("open");
    },
  })),
  ...OFFERS.map(([name, offer, status]): Attack => ({
    name,
    variant: "deflate",
    run: async (server) => {
      const line = await server.send(upgrade({ "Sec-WebSocket-Extensions": offer }));
      expect((await response(line)).status).toBe(status);
      if (status === 400) expect(await line.ended()).not.toBe("open");
    },
  })),
  ...REFUSED.map(([name, target, code]): Attack => ({
    name,
    run: async (server) => {
      const line = await server.send(request(target, { headers: UPGRADE_HEADERS }));
      expectRefusal(await response(line), code);
      expect(await line.ended()).not.toBe("open");
    },
  })),
  {
    name: "refused version names the one we speak",
    run: async (server) => {
      const answer = await response(await server.send(upgrade({ "Sec-WebSocket-Version": "7" })));
      expect(answer.headers["sec-websocket-version"]).toContain("13");
    },
  },
  {
    name: "upgrade to h2c is ignored",
    run: async (server) => {
      const headers = { Upgrade: "h2c", Connection: "Upgrade, HTTP2-Settings", "HTTP2-Settings": "AAMAAABkAAQAAP__" };
      expect((await server.request(POLLING, { headers })).status).toBe(200);
    },
  },
  {
    name: "upgrade to a protocol of no meaning is ignored",
    run: async (server) => {
      const headers = { Upgrade: "websocketx", Connection: "Upgrade" };
      expect((await server.request(POLLING, { headers })).status).toBe(200);
    },
  },
  {
    name: "Upgrade header without Connection",
    run: async (server) => {
      const { Connection: _, ...headers } = UPGRADE_HEADERS;
      expectRefusal(await server.request(WEBSOCKET, { headers }), 3);
    },
  },
  {
    name: "3,000 headers in front of Upgrade",
    run: async (server) => {
      const noise = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`x${i.toString(36)}`, ""]));
      const answer = await server.request(WEBSOCKET, { headers: { ...noise, ...UPGRADE_HEADERS } });
      expect([400, 431]).toContain(answer.status);
    },
  },
  {
    name: "upgrade with a body",
    run: async (server) => {
      const line = await server.send(upgrade({ "Content-Length": "5" }, [], { body: "hello" }));
      expect([101, 400]).toContain((await response(line)).status);
      await line.ended(500);
    },
  },
  {
    name: "frames in the segment of the upgrade",
    run: async (server) => {
      const line = await server.line();
      const first = frame({ payload: "40" });
      line.send(Buffer.concat([upgrade({}), first]));
      expect((await response(line)).status).toBe(101);
      const text = await line.until(() => {
        const seen = line.bytes.toString("latin1");
        return seen.includes('40{"sid":') ? seen : undefined;
      }, "the answer to CONNECT");
      expect(text).toContain('0{"sid":');
    },
  },
  {
    name: "HTTP request in the place of frames",
    run: async (server) => {
      const socket = await server.websocket();
      socket.line.send(request(POLLING));
      expect(await socket.closed()).toBe(1002); // no HTTP after a 101
    },
  },
  {
    name: "second websocket for a websocket session",
    run: async (server) => {
      const peer = await server.websocketPeer();
      await join(peer);
      const line = await server.line();
      line.send(request(`${WEBSOCKET}&sid=${peer.sid}`, { headers: UPGRADE_HEADERS }));
      expectRefusal(await response(line), 3);
      await expectEcho(peer);
    },
  },
  {
    name: "session of polling upgraded in another revision",
    run: async (server) => {
      const peer = await server.polling();
      const target = `/socket.io/?EIO=3&transport=websocket&sid=${peer.sid}`;
      expectRefusal(await response(await server.send(request(target, { headers: UPGRADE_HEADERS }))), 3);
      expect((await peer.post("40")).status).toBe(200);
    },
  },
  {
    name: "upgrade on a path of nobody",
    run: async (server) => {
      const line = await server.send(request("/elsewhere/", { headers: UPGRADE_HEADERS }));
      expect(await line.ended()).toBe("fin"); // after destroyUpgradeTimeout
      expect(line.receivedBytes).toBe(0);
    },
  },
  {
    name: "1 MB behind an upgrade on a path of nobody",
    run: async (server) => {
      const line = await server.send(request("/elsewhere/", { headers: UPGRADE_HEADERS }));
      await line.flood(Buffer.alloc(65_536), 200);
      expect(await line.ended()).not.toBe("open");
    },
  },
  {
    name: "100 upgrades of one polling session at once",
    run: async (server) => {
      const peer = await server.polling();
      const target = `${WEBSOCKET}&sid=${peer.sid}`;
      const sockets = await Promise.all(Array.from({ length: 100 }, () => server.websocket(target)));
      const [first, ...others] = sockets;
      const codes = await Promise.all(others.map((socket) => socket.closed()));
      expect(new Set(codes)).toEqual(new Set([1005]));
      first?.send("2probe");
      expect(await first?.next()).toBe("3probe");
    },
  },
  {
    name: "upgrade of a session that has ended",
    run: async (server) => {
      const peer = await server.polling();
      await peer.post("1");
      const answer = await server.request(`${WEBSOCKET}&sid=${peer.sid}`, { headers: UPGRADE_HEADERS });
      expectRefusal(answer, 1);
    },
  },
  {
    name: "candidate that never probes",
    variant: "brisk",
    run: async (server) => {
      const peer = await server.polling();
      const socket = await server.websocket(`${WEBSOCKET}&sid=${peer.sid}`);
      expect(await socket.closed()).not.toBe(0);
    },
  },
  {
    name: "candidate that probes and never upgrades",
    variant: "brisk",
    run: async (server) => {
      const peer = await server.polling();
      const socket = await server.websocket(`${WEBSOCKET}&sid=${peer.sid}`);
      socket.send("2probe");
      expect(await socket.next()).toBe("3probe");
      expect(await socket.closed()).not.toBe(0);
    },
  },
  ...["5", "40", "2", "3probe", "1", "6", "hello", "2prob", `2probe${"x".repeat(1_000)}`].map((packet): Attack => ({
    name: `candidate that begins with ${packet.slice(0, 20)}`,
    run: async (server) => {
      const peer = await server.polling();
      const socket = await server.websocket(`${WEBSOCKET}&sid=${peer.sid}`);
      socket.send(packet);
      expect(await socket.closed()).toBe(1005);
      expect((await peer.post("40")).status).toBe(200); // the session has not noticed
    },
  })),
  {
    name: "candidate that probes 1,000 times",
    run: async (server) => {
      const peer = await server.polling();
      const socket = await server.websocket(`${WEBSOCKET}&sid=${peer.sid}`);
      socket.send(...Array.from({ length: 1_000 }, () => "2probe"));
      expect(await socket.closed()).toBe(1005);
      expect((await peer.post("40")).status).toBe(200);
    },
  },
  {
    name: "upgrade while a POST is being read",
    run: async (server) => {
      const peer = await server.polling();
      const slow = await server.send(
        request(peer.target, { method: "POST", headers: { "Content-Length": "2" }, body: "4" }),
      );
      const socket = await server.websocket(`${WEBSOCKET}&sid=${peer.sid}`);
      socket.send("2probe");
      expect(await socket.next()).toBe("3probe");
      socket.send("5", "40");
      expect(String(await socket.next())).toContain("40{");
      slow.send("0");
      await slow.until(() => slow.receivedBytes > 0 || undefined, "an answer to the POST");
    },
  },
  {
    name: "session upgraded and closed in one segment",
    run: async (server) => {
      const peer = await server.polling();
      const socket = await server.websocket(`${WEBSOCKET}&sid=${peer.sid}`);
      socket.send("2probe");
      expect(await socket.next()).toBe("3probe");
      socket.line.send(Buffer.concat([frame({ payload: "5" }), frame({ opcode: 8 })]));
      expect(await socket.closed()).toBe(1005);
      socket.line.close();
      await server.expectNothingLeft();
      expectRefusal(await peer.poll(), 1);
    },
  },
  {
    name: "open packet asks for nothing of the request",
    run: async (server) => {
      const target = `${WEBSOCKET}&t=%3Cscript%3E%22%5Cu0000&__proto__=1&b64=1`;
      const peer = await WebSocketPeer.open(await server.line(), target);
      await join(peer);
      await expectEcho(peer);
    },
  },
];
