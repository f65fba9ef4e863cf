import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { request, response } from "../attacker/http.ts";
import { expectRefusal, type Target } from "../attacker/target.ts";
import { UPGRADE_HEADERS } from "../attacker/websocket.ts";

const POLLING = "/socket.io/?EIO=3&transport=polling";
const WEBSOCKET = "/socket.io/?EIO=3&transport=websocket";

async function handshake(server: Target, more = ""): Promise<string> {
  const { body, status } = await server.request(`${POLLING}&b64=1${more}`);
  expect(status).toBe(200);
  const json = body.slice(body.indexOf("{"), body.indexOf("}") + 1).replaceAll('\\"', '"');
  const { sid } = JSON.parse(json) as { sid: string };
  return `${POLLING}&b64=1${more}&sid=${sid}`;
}

/** Waits until the session is no longer known. */
async function ended(server: Target, target: string): Promise<void> {
  for (let i = 0; i < 5; i++) {
    const { status } = await server.request(target, {}, 1_000);
    if (status === 400) return;
  }
  throw new Error("the session goes on");
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

/** Bodies of POSTs that are no payload of protocol v3. */
const BODIES: readonly [name: string, body: string | Buffer, type?: string][] = [
  ["length that is no number", "x:40"],
  ["length below 0", "-1:40"],
  ["length as 2e0", "2e0:40"],
  ["length beyond the body", "999999999:40"],
  ["length of 100,000 digits", `${"9".repeat(100_000)}:40`],
  ["length without a colon", "2"],
  ["length shorter than the packet", "1:40"],
  ["no length", ":40"],
  ["unknown type", "1:9"],
  ["binary without an end of its length", hex("00 01 01 01"), "application/octet-stream"],
  [
    "binary with a length of 400 digits",
    Buffer.concat([hex("00"), Buffer.alloc(400, 9), hex("ff 34 30")]),
    "application/octet-stream",
  ],
  ["binary shorter than its length", hex("01 09 09 ff 04 01"), "application/octet-stream"],
];

/** Bodies the codec of protocol v3 reads something from, or nothing: without consequence. */
const ODD: readonly [name: string, body: string | Buffer, type?: string][] = [
  ["packet of length 0", "0:"],
  ["binary with digits above 9", hex("00 20 ff 34 30"), "application/octet-stream"],
  ["binary of an unknown kind", hex("07 02 ff 34 30"), "application/octet-stream"],
];

/** Protocol v3, where `allowEIO3` is on. */
export const eio3: Attack[] = [
  ...BODIES.map(([name, body, type]): Attack => ({
    name: `v3: ${name}`,
    variant: "eio3",
    run: async (server) => {
      const target = await handshake(server);
      const headers = { "Content-Type": type ?? "text/plain;charset=UTF-8" };
      const { status } = await server.request(target, { method: "POST", body, headers });
      expect([200, 400]).toContain(status);
      await ended(server, target);
    },
  })),
  ...ODD.map(([name, body, type]): Attack => ({
    name: `v3: ${name}`,
    variant: "eio3",
    run: async (server) => {
      const target = await handshake(server);
      const headers = { "Content-Type": type ?? "text/plain;charset=UTF-8" };
      expect([200, 400]).toContain((await server.request(target, { method: "POST", body, headers })).status);
    },
  })),
  ...["0", "alert(1)", "0);alert(1)//", "__proto__", "", "9".repeat(5_000), "%0d%0aX:y"].map((index): Attack => ({
    name: `v3: JSONP index ${JSON.stringify(index.slice(0, 20))}`,
    variant: "eio3",
    run: async (server) => {
      const { status, body, headers } = await server.request(`${POLLING}&j=${index}`);
      expect(status).toBe(200);
      expect(body).toMatch(/^___eio\[\d*\]\("/);
      expect(headers).not.toHaveProperty("x");
    },
  })),
  {
    name: "v3: JSONP body that is no form",
    variant: "eio3",
    run: async (server) => {
      const target = await handshake(server, "&j=0");
      const { status } = await server.request(target, { method: "POST", body: "%E0%A4%A&d[]=1&d=" });
      expect([200, 400]).toContain(status);
    },
  },
  {
    name: "v3: pong in the place of a ping",
    variant: "eio3",
    run: async (server) => {
      const socket = await server.websocket(WEBSOCKET);
      socket.send("3");
      expect(await socket.closed()).not.toBe(0);
    },
  },
  {
    name: "v3: 5,000 pings",
    variant: "eio3",
    run: async (server) => {
      const socket = await server.websocket(WEBSOCKET);
      socket.send(...Array.from({ length: 5_000 }, () => "2"));
      for (let pongs = 0; pongs < 5_000;) if ((await socket.next()) === "3") pongs++;
    },
  },
  {
    name: "v3: pings of 900 kB which are not read",
    variant: "eio3",
    growthBytes: 20_000_000,
    run: async (server) => {
      const socket = await server.websocket(WEBSOCKET);
      socket.line.stopReading();
      for (let i = 0; i < 60; i++) socket.send(`2${"x".repeat(900_000)}`);
      await server.expectNothingLeft(5_000);
    },
  },
  {
    name: "v3: namespace with a query of prototype names",
    variant: "eio3",
    run: async (server) => {
      const socket = await server.websocket(WEBSOCKET);
      socket.send("40/eager?__proto__=x&constructor=y&a[__proto__]=z,");
      const messages = [await socket.next(), await socket.next(), await socket.next()].map(String);
      expect(messages.some((message) => message.startsWith("40/eager"))).toBe(true);
    },
  },
  {
    name: "v3: CONNECT to the namespace which is joined already",
    variant: "eio3",
    run: async (server) => {
      const socket = await server.websocket(WEBSOCKET);
      socket.send("40");
      expect(await socket.closed()).not.toBe(0);
    },
  },
  {
    name: "v3: 1,000 queries of one namespace",
    variant: "eio3",
    run: async (server) => {
      const socket = await server.websocket(WEBSOCKET);
      socket.send(...Array.from({ length: 1_000 }, (_, i) => `40/team-a?n=${i},`));
      expect(await socket.closed()).not.toBe(0);
    },
  },
  {
    name: "v3: binary message of an unknown type",
    variant: "eio3",
    run: async (server) => {
      const socket = await server.websocket(WEBSOCKET);
      socket.send(hex("09 01 02"));
      expect(await socket.closed()).not.toBe(0);
    },
  },
  {
    name: "v3: session continued as v4",
    variant: "eio3",
    run: async (server) => {
      const target = (await handshake(server)).replace("EIO=3", "EIO=4");
      expectRefusal(await server.request(target), 3);
      expectRefusal(await server.request(target, { method: "POST", body: "40" }), 3);
    },
  },
  {
    name: "v3: upgrade of a v3 session in v4",
    variant: "eio3",
    run: async (server) => {
      const sid = /sid=(.*)$/.exec(await handshake(server))?.[1] ?? "";
      const target = `/socket.io/?EIO=4&transport=websocket&sid=${sid}`;
      expectRefusal(await response(await server.send(request(target, { headers: UPGRADE_HEADERS }))), 3);
    },
  },
];
