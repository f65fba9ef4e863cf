import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { request, response, type RequestParts } from "../attacker/http.ts";
import { expectEcho, expectRefusal, POLLING } from "../attacker/target.ts";

const LIMIT = 1_000_000;

/** Requests which are refused with a code of the Engine.IO protocol, "Protocol errors". */
const REFUSED: readonly [name: string, target: string, code: number, parts?: RequestParts][] = [
  ["no transport", "/socket.io/?EIO=4", 0],
  ["unknown transport", "/socket.io/?EIO=4&transport=flashsocket", 0],
  ["webtransport by HTTP", "/socket.io/?EIO=4&transport=webtransport", 0],
  ["empty transport", "/socket.io/?EIO=4&transport=", 0],
  ["transport given twice, the last unknown", "/socket.io/?EIO=4&transport=polling&transport=x", 0],
  ["websocket without an upgrade", "/socket.io/?EIO=4&transport=websocket", 3],
  ["no revision", "/socket.io/?transport=polling", 5],
  ["revision 3 where it is off", "/socket.io/?EIO=3&transport=polling", 5],
  ["revision 999", "/socket.io/?EIO=999&transport=polling", 5],
  ["revision given twice", "/socket.io/?EIO=4&EIO=3&transport=polling", 5],
  ["unknown session", `${POLLING}&sid=AAAAAAAAAAAAAAAAAAAA`, 1],
  ["session id of 8,000 characters", `${POLLING}&sid=${"a".repeat(8_000)}`, 1],
  ["session id with NUL and line ends", `${POLLING}&sid=%00%0d%0aset-cookie:x=1`, 1],
  ["session id that is no percent-encoding", `${POLLING}&sid=%E0%A4%A`, 1],
  ["POST without a session", POLLING, 2, { method: "POST", body: "40" }],
  ["PUT without a session", POLLING, 2, { method: "PUT", body: "40" }],
  ["DELETE without a session", POLLING, 2, { method: "DELETE" }],
  ["PATCH without a session", POLLING, 2, { method: "PATCH", body: "" }],
  ["OPTIONS without cors", POLLING, 2, { method: "OPTIONS" }],
  ["TRACE without a session", POLLING, 2, { method: "TRACE" }],
  ["PROPFIND without a session", POLLING, 2, { method: "PROPFIND" }],
  ["path below the engine's", "/socket.io/../../etc/passwd", 0],
  ["path below a client file", "/socket.io/socket.io.js/../../../etc/passwd", 0],
  ["encoded path below a client file", "/socket.io/..%2f..%2fetc%2fpasswd", 0],
];

/** Bytes which are no request: Node's parser answers, the engine never sees them. */
const NO_REQUEST: readonly [name: string, bytes: string | Buffer, status: number][] = [
  ["garbage in place of a request line", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400],
  ["request of HTTP/9.9", request(POLLING, { version: "9.9" }), 400],
  ["request without Host", request(POLLING, { withoutHost: true }), 400],
  ["header block beyond 16 KiB", request(POLLING, { headers: { "x-big": "a".repeat(20_000) } }), 431],
  ["request target beyond 16 KiB", request(`${POLLING}&t=${"a".repeat(20_000)}`), 431],
  [
    "both Content-Length and Transfer-Encoding",
    request(POLLING, { method: "POST", headers: { "Content-Length": "4", "Transfer-Encoding": "chunked" }, body: "0" }),
    400,
  ],
  [
    "two different lengths",
    request(POLLING, { method: "POST", headers: { "Content-Length": ["2", "3"] }, body: "40" }),
    400,
  ],
  ["negative length", request(POLLING, { method: "POST", headers: { "Content-Length": "-1" }, body: "40" }), 400],
  ["line end inside of a header", request(POLLING, { headers: { Origin: "a\rb" } }), 400],
  ["NUL inside of a header", request(POLLING, { headers: { Origin: "a\0b" } }), 400],
];

/** Bodies sent to an open session, and what becomes of it. */
const BODIES: readonly [name: string, parts: RequestParts, status: number, survives: boolean][] = [
  [
    "POST which announces more than the limit",
    { headers: { "Content-Length": String(LIMIT + 1) }, body: "4" },
    413,
    false,
  ],
  ["POST which announces 2^53 bytes", { headers: { "Content-Length": "9007199254740993" }, body: "4" }, 413, false],
  [
    "POST which expects 100-continue for too much",
    { headers: { "Content-Length": String(LIMIT + 1), Expect: "100-continue" }, body: "" },
    413,
    false,
  ],
  [
    "binary POST in protocol v4",
    { headers: { "Content-Type": "application/octet-stream" }, body: Buffer.alloc(100) },
    400,
    false,
  ],
  ["compressed POST", { headers: { "Content-Encoding": "gzip" }, body: Buffer.from("1f8b0800", "hex") }, 400, false],
  ["POST that is no packet", { body: "hello" }, 400, false],
  ["POST with a packet type of no meaning", { body: "9" }, 400, false],
  ["POST with an empty body", { body: "" }, 400, false],
  ["POST of a server's ping", { body: "2" }, 200, false],
];

export const http: Attack[] = [
  ...REFUSED.map(([name, target, code, parts]): Attack => ({
    name,
    run: async (server) => expectRefusal(await server.request(target, parts), code),
  })),
  ...NO_REQUEST.map(([name, bytes, status]): Attack => ({
    name,
    run: async (server) => {
      const line = await server.send(bytes);
      expect((await response(line)).status).toBe(status);
      expect(await line.ended()).not.toBe("open");
    },
  })),
  ...BODIES.map(([name, parts, status, survives]): Attack => ({
    name,
    run: async (server) => {
      const peer = await server.polling();
      const line = await server.send(request(peer.target, { method: "POST", ...parts }));
      const answers = [await response(line)];
      if (answers[0]?.status === 100) answers.push(await response(line));
      expect(answers.at(-1)?.status).toBe(status);
      if (status === 413) expect(await line.ended()).not.toBe("open"); // what follows is not drained
      if (survives) expect((await peer.post("40")).status).toBe(200);
      else expect(await peer.ended()).toBe(true);
    },
  })),
  {
    name: "chunked POST beyond the limit",
    run: async (server) => {
      const peer = await server.polling();
      const head = request(peer.target, { method: "POST", headers: { "Transfer-Encoding": "chunked" } });
      const line = await server.send(head);
      const sent = await line.flood(Buffer.from(`10000\r\n${"4".repeat(0x10000)}\r\n`), 1_000);
      expect((await response(line)).status).toBe(413);
      expect(await line.ended()).not.toBe("open");
      expect(sent).toBeLessThan(1_000);
    },
  },
  {
    name: "body in pieces of one byte",
    growthBytes: 5_000_000,
    run: async (server) => {
      const peer = await server.polling();
      const head = request(peer.target, { method: "POST", headers: { "Transfer-Encoding": "chunked" } });
      const line = await server.send(head);
      await line.flood(Buffer.from("1\r\n4\r\n".repeat(1_000)), 900);
      await expectEcho(await server.member("polling")); // by now they have been read
    },
  },
  {
    name: "endless chunk extensions",
    run: async (server) => {
      const peer = await server.polling();
      const line = await server.send(
        request(peer.target, { method: "POST", headers: { "Transfer-Encoding": "chunked" } }),
      );
      line.send("1");
      const sent = await line.flood(Buffer.from(`;${"a".repeat(64_000)}`), 1_000); // 64 MB: more than kernels hold
      expect(await line.ended()).not.toBe("open"); // by Node, with a 413 unless the reset overtakes it
      expect(sent).toBeLessThan(1_000);
    },
  },
  {
    name: "method of no meaning with a session",
    run: async (server) => {
      const peer = await server.polling();
      for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
        const answer = await server.request(peer.target, { method });
        expect([405, 400]).toContain(answer.status);
      }
      expect((await peer.post("40")).status).toBe(200);
    },
  },
  {
    name: "request without a version",
    run: async (server) => {
      const line = await server.send(`GET ${POLLING}\r\n\r\n`); // HTTP/0.9: Node answers, and ends the connection
      expect([200, 400]).toContain((await response(line)).status);
      expect(await line.ended()).not.toBe("open");
    },
  },
  {
    name: "GET with a body",
    run: async (server) => {
      const answer = await server.request(POLLING, { body: "40".repeat(1_000) });
      expect(answer.status).toBe(200);
    },
  },
  {
    name: "10,000 query parameters",
    run: async (server) => {
      const answer = await server.request(`${POLLING}${"&a".repeat(7_000)}`);
      expect(answer.status).toBe(200);
    },
  },
  {
    name: "session id as an array",
    run: async (server) => {
      const answer = await server.request(`${POLLING}&sid[]=a&sid[]=b`);
      expect(answer.status).toBe(200); // the name is `sid[]`, which means nothing
    },
  },
  {
    name: "1,000 handshakes in one segment",
    growthBytes: 20_000_000,
    run: async (server) => {
      const line = await server.send(Buffer.concat(Array.from({ length: 1_000 }, () => request(POLLING))));
      const ids = new Set<string>();
      for (let i = 0; i < 1_000; i++) ids.add((await response(line)).body);
      expect(ids.size).toBe(1_000);
    },
  },
  {
    name: "guessing session ids",
    run: async (server) => {
      const ids = new Set<string>();
      for (let i = 0; i < 50; i++) ids.add((await server.polling()).sid);
      expect(ids.size).toBe(50);
      // 12 random bytes each: ids of one process share neither start nor middle.
      const starts = new Set([...ids].map((id) => id.slice(0, 8)));
      expect(starts.size).toBe(50);
    },
  },
  {
    name: "second poll while one is held",
    run: async (server) => {
      const peer = await server.polling();
      const first = await server.send(request(peer.target));
      const second = await server.request(peer.target);
      expect(second.status).toBe(400);
      expect((await response(first)).body).toMatch(/^[16]$/);
      expect(await peer.ended()).toBe(true);
    },
  },
  {
    name: "second POST while one is read",
    run: async (server) => {
      const peer = await server.polling();
      await server.send(request(peer.target, { method: "POST", headers: { "Content-Length": "100" }, body: "4" }));
      expect((await peer.post("40")).status).toBe(400);
      expect(await peer.ended()).toBe(true);
    },
  },
  {
    name: "polling requests for a websocket session",
    run: async (server) => {
      const peer = await server.member("websocket");
      const target = `${POLLING}&sid=${peer.sid}`;
      expectRefusal(await server.request(target), 3);
      expectRefusal(await server.request(target, { method: "POST", body: "41" }), 3);
      await expectEcho(peer);
    },
  },
  {
    name: "session used in another revision of the protocol",
    run: async (server) => {
      const peer = await server.polling();
      expectRefusal(await server.request(`/socket.io/?EIO=3&transport=polling&sid=${peer.sid}`), 3);
      expect((await peer.post("40")).status).toBe(200);
    },
  },
  {
    name: "conditional request of a client file with 100 tags",
    run: async (server) => {
      const tags = Array.from({ length: 100 }, (_, i) => `"${i}"`).join(", ");
      const answer = await server.request("/socket.io/socket.io.min.js", { headers: { "If-None-Match": tags } });
      expect([200, 304]).toContain(answer.status);
    },
  },
  {
    name: "client file with hostile Accept-Encoding",
    run: async (server) => {
      const codings = Array.from({ length: 1_000 }, () => "gzip;q=0.1").join(",");
      const answer = await server.request("/socket.io/socket.io.min.js", { headers: { "Accept-Encoding": codings } });
      expect(answer.status).toBe(200);
    },
  },
  {
    name: "600 compressed client files in one segment",
    run: async (server) => {
      const one = request("/socket.io/socket.io.js.map", { headers: { "Accept-Encoding": "br" } });
      const line = (await server.line()).stopReading();
      line.send(Buffer.concat(Array.from({ length: 600 }, () => one)));
      await new Promise((resolve) => setTimeout(resolve, 100));
    },
  },
  {
    name: "client file asked for and not waited for, 50 times",
    run: async (server) => {
      for (let i = 0; i < 50; i++) {
        const line = await server.send(request("/socket.io/socket.io.js", { headers: { "Accept-Encoding": "gzip" } }));
        line.reset();
      }
      await server.expectNothingLeft();
    },
  },
  {
    name: "poll with hostile Accept-Encoding",
    run: async (server) => {
      const codings = `${"gzip;q=0;".repeat(1_000)},${"x".repeat(4_000)}`;
      expect((await server.request(POLLING, { headers: { "Accept-Encoding": codings } })).status).toBe(200);
    },
  },
];
