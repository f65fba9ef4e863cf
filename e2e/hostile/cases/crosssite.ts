import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { request, response } from "../attacker/http.ts";
import { join, PollingPeer, WebSocketPeer } from "../attacker/peer.ts";
import { expectEcho, expectRefusal, POLLING, WEBSOCKET } from "../attacker/target.ts";
import { UPGRADE_HEADERS } from "../attacker/websocket.ts";

const ALLOWED = "https://app.example";

const FOREIGN = [
  "https://evil.example",
  "https://app.example.evil.example",
  "http://app.example",
  "https://app.example:8443",
  "https://APP.example",
  "null",
  "https://app.example, https://evil.example",
  "http://victim.example", // the server's own host: a name an attacker can point at a loopback address
];

export const crosssite: Attack[] = [
  ...FOREIGN.map((origin): Attack => ({
    name: `upgrade by a page of ${origin}`,
    variant: "gated",
    run: async (server) => {
      const line = await server.send(request(WEBSOCKET, { headers: { ...UPGRADE_HEADERS, Origin: origin } }));
      expectRefusal(await response(line), 4);
      expect(await line.ended()).not.toBe("open");
    },
  })),
  {
    name: "page of the allowed origin connects",
    variant: "gated",
    run: async (server) => {
      const peer = await WebSocketPeer.open(await server.line(), WEBSOCKET, { Origin: ALLOWED });
      await join(peer);
      await expectEcho(peer);
    },
  },
  {
    name: "upgrade of a polling session by a foreign page",
    variant: "gated",
    run: async (server) => {
      const peer = await PollingPeer.open(server.line);
      const headers = { ...UPGRADE_HEADERS, Origin: "https://evil.example" };
      expectRefusal(await server.request(`${WEBSOCKET}&sid=${peer.sid}`, { headers }), 4);
    },
  },
  {
    name: "polling by a foreign page gets no permission to read",
    variant: "gated",
    run: async (server) => {
      const answer = await server.request(POLLING, { headers: { Origin: "https://evil.example" } });
      expect(answer.headers["access-control-allow-origin"]).not.toBe("https://evil.example");
      expect(answer.headers["access-control-allow-origin"]).not.toBe("*");
    },
  },
  {
    name: "polling by a foreign page without cors",
    run: async (server) => {
      const answer = await server.request(POLLING, { headers: { Origin: "https://evil.example" } });
      expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    },
  },
  {
    name: "preflight without cors",
    run: async (server) => {
      const headers = { Origin: "https://evil.example", "Access-Control-Request-Method": "POST" };
      const answer = await server.request(POLLING, { method: "OPTIONS", headers });
      expect(answer.status).toBe(400);
      expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    },
  },
  {
    name: "line end in the origin does not reach the answer",
    variant: "gated",
    run: async (server) => {
      const answer = await server.request(POLLING, { headers: { Origin: "https://app.example\x7fSet-Cookie: a=b" } });
      expect(answer.headers).not.toHaveProperty("set-cookie");
    },
  },
  ...["slow-no", "twice", "throws", "rejects", "rejects-thenable", "throws-in-then"].flatMap((admission): Attack[] => [
    {
      name: `upgrade while allowRequest says ${admission}`,
      variant: "gated",
      run: async (server) => {
        const line = await server.send(
          request(WEBSOCKET, { headers: { ...UPGRADE_HEADERS, "x-admission": admission } }),
        );
        expectRefusal(await response(line), 4);
        expect(await line.ended()).not.toBe("open");
      },
    },
    {
      name: `polling while allowRequest says ${admission}`,
      variant: "gated",
      run: async (server) => {
        expectRefusal(await server.request(POLLING, { headers: { "x-admission": admission } }), 4, 403);
      },
    },
  ]),
  {
    name: "upgrade which a middleware answers",
    variant: "gated",
    run: async (server) => {
      const headers = { ...UPGRADE_HEADERS, "x-middleware": "answers" };
      const line = await server.send(request(WEBSOCKET, { headers }));
      const answer = await response(line);
      expect(answer.status).toBe(401); // middlewares run for upgrades as for requests
      expect(answer.body).toBe("who are you");
      expect(await line.ended()).not.toBe("open");
    },
  },
  {
    name: "upgrade which a middleware fails",
    variant: "gated",
    run: async (server) => {
      const headers = { ...UPGRADE_HEADERS, "x-middleware": "fails" };
      expectRefusal(await response(await server.send(request(WEBSOCKET, { headers }))), 3);
    },
  },
  {
    name: "allowRequest and middlewares see an upgrade once",
    variant: "gated",
    run: async (server) => {
      const headers = { ...UPGRADE_HEADERS, "x-admission": "slow", "x-middleware": "slow" };
      const answer = await response(await server.send(request(WEBSOCKET, { headers })));
      expect(answer.status).toBe(101);
      expect(answer.headers["x-first"]).toBe("1");
    },
  },
];
