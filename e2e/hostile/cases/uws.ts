import { createRequire } from "node:module";
import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { request, response } from "../attacker/http.ts";
import type { Line } from "../attacker/line.ts";
import { join } from "../attacker/peer.ts";
import { expectEcho, expectRefusal, POLLING, type Target, WEBSOCKET } from "../attacker/target.ts";
import { frame, type RawWebSocket, UPGRADE_HEADERS } from "../attacker/websocket.ts";

const attack = (name: string, run: Attack["run"], growthBytes?: number): Attack => ({
  name: `uWebSockets.js: ${name}`,
  variant: "uws",
  run,
  ...(growthBytes === undefined ? {} : { growthBytes }),
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A candidate for the session of a polling peer that has been probed. */
async function probed(server: Target, sid: string): Promise<RawWebSocket> {
  const candidate = await server.websocket(`${WEBSOCKET}&sid=${sid}`);
  candidate.send("2probe");
  expect(await candidate.next()).toBe("3probe");
  return candidate;
}

const STAGES: readonly [stage: string, reach: (server: Target) => Promise<Line>][] = [
  ["in the headers", (server) => server.send(`GET ${POLLING} HTTP/1.1\r\nHost: a\r\nX: `)],
  [
    "while a middleware decides on polling",
    (server) => server.send(request(POLLING, { headers: { "x-middleware": "slow" } })),
  ],
  [
    "while allowRequest decides on polling",
    (server) => server.send(request(POLLING, { headers: { "x-admission": "slow" } })),
  ],
  [
    "while allowRequest decides on an upgrade",
    (server) => server.send(request(WEBSOCKET, { headers: { ...UPGRADE_HEADERS, "x-admission": "slow" } })),
  ],
  [
    "while allowRequest decides against an upgrade",
    (server) => server.send(request(WEBSOCKET, { headers: { ...UPGRADE_HEADERS, "x-admission": "slow-no" } })),
  ],
  ["on a held poll", async (server) => server.send(request((await server.polling()).target))],
  [
    "in the body of a POST",
    async (server) =>
      server.send(
        request((await server.polling()).target, { method: "POST", headers: { "Content-Length": "9" }, body: "4" }),
      ),
  ],
  [
    "in a compressed answer to a poll",
    async (server) => {
      const peer = await server.polling();
      await peer.post('40\x1e42["blast",14]');
      const line = (await server.line()).stopReading();
      return line.send(request(peer.target, { headers: { "Accept-Encoding": "gzip" } }));
    },
  ],
  ["after the 101", async (server) => (await server.websocket()).line],
  ["in a frame", async (server) => (await server.websocket()).line.send(frame({ payload: "4", length: 100 }))],
  ["after a probe", async (server) => (await probed(server, (await server.polling()).sid)).line],
];

/** Sessions on polling whose line was free are ended by their heartbeat, later. */
const LEAVES_A_SESSION: ReadonlySet<string> = new Set(["after a probe"]);

const attacks: Attack[] = [
  ...STAGES.flatMap(([stage, reach]) =>
    (["reset", "finish"] as const).map((end) =>
      attack(
        `${end} ${stage}`,
        async (server) => {
          const line = await reach(server);
          await server.hasRead(); // uWebSockets.js does not read what a reset overtakes
          line[end]();
          await pause(100);
          if (!LEAVES_A_SESSION.has(stage)) await server.expectNothingLeft();
        },
        20_000_000,
      ),
    ),
  ),
  attack(
    "1,000 peers that leave while nobody decides about their requests",
    async (server) => {
      const headers = { "x-admission": "never", "X-Big": "x".repeat(3_000) };
      const parts = [
        request(POLLING, { headers }),
        request(WEBSOCKET, { headers: { ...UPGRADE_HEADERS, ...headers } }),
      ];
      for (let batch = 0; batch < 20; batch++) {
        const sent = Array.from({ length: 50 }, (_, i) => server.send(parts[i % 2] ?? ""));
        const lines = await Promise.all(sent);
        await server.hasRead();
        for (const line of lines) {
          expect(line.end).toBe("open");
          line.reset();
        }
      }
    },
    1_500_000,
  ),
  ...["slow-no", "twice", "throws", "rejects", "rejects-thenable", "throws-in-then"].map((admission) =>
    attack(`allowRequest says ${admission}`, async (server) => {
      expectRefusal(await server.request(POLLING, { headers: { "x-admission": admission } }), 4, 403);
      const headers = { ...UPGRADE_HEADERS, "x-admission": admission };
      expectRefusal(await server.request(WEBSOCKET, { headers }), 4, 403);
    }),
  ),
  attack("middleware destroys the request", async (server) => {
    for (const [target, headers] of [
      [POLLING, {}],
      [WEBSOCKET, UPGRADE_HEADERS],
    ] as const) {
      const line = await server.send(request(target, { headers: { ...headers, "x-middleware": "destroys" } }));
      expect(await line.ended()).not.toBe("open");
      expect(line.receivedBytes).toBe(0);
    }
  }),
  attack("more is sent while a large answer to a poll is being taken", async (server) => {
    const peer = await server.polling();
    await peer.post("40");
    await peer.poll();
    const line = (await server.line()).stopReading();
    line.send(request(peer.target));
    await server.hasRead();
    await peer.post('42["blast twice",20]');
    await server.expectNothingLeft();
  }),
  attack("body beyond the limit, while a middleware decides", async (server) => {
    const { target } = await server.polling();
    const headers = { "x-middleware": "slow" };
    const line = await server.send(request(target, { method: "POST", headers, body: "x".repeat(1_500_000) }));
    expect((await response(line)).status).toBe(413);
  }),
  attack("second poll, and second POST, while the first is under way", async (server) => {
    const first = await server.polling();
    const held = await server.send(request(first.target));
    await server.hasRead();
    expect((await first.poll()).status).toBe(400);
    expect((await response(held)).status).toBe(200);
    const second = await server.polling();
    await server.send(request(second.target, { method: "POST", headers: { "Content-Length": "9" }, body: "4" }));
    await server.hasRead();
    expect((await second.post("40")).status).toBe(400);
    await server.expectNothingLeft();
  }),
  attack("method of no meaning with a session", async (server) => {
    const { target } = await server.polling();
    for (const method of ["PUT", "DELETE", "OPTIONS"]) {
      expect((await server.request(target, { method })).status).toBe(405);
    }
  }),
  attack("200 handshakes in one segment", async (server) => {
    await server.send(request(POLLING).toString("latin1").repeat(200));
    await pause(50);
  }),
  attack("prototype names as headers, queries and sessions", async (server) => {
    const headers = { ["__proto__"]: "x", constructor: "y" };
    expect((await server.request(`${POLLING}&__proto__=1&constructor=2`, { headers })).status).toBe(200);
    for (const sid of ["__proto__", "constructor"]) expectRefusal(await server.request(`${POLLING}&sid=${sid}`), 1);
  }),
  attack("websocket that does not read what it asked for", async (server) => {
    const peer = await server.websocketPeer();
    await join(peer);
    peer.socket.line.stopReading();
    await peer.send('42["blast",60]');
    await server.expectNothingLeft();
  }),
  attack("frames nobody may send", async (server) => {
    for (const payload of [
      frame({ opcode: 3 }),
      frame({ rsv: 4 }),
      frame({ payload: Buffer.from([0x34, 0xed, 0xa0, 0x80]) }),
      frame({ opcode: 9, payload: "x".repeat(126) }),
      frame({ opcode: 2, length: 2_000_000 }),
    ]) {
      const { line } = await server.websocket();
      line.send(payload);
      expect(await line.ended()).not.toBe("open");
    }
    await server.expectNothingLeft();
  }),
  attack("20 candidates for one session, all of them probing", async (server) => {
    const { sid } = await server.polling();
    const target = `${WEBSOCKET}&sid=${sid}`;
    const candidates = await Promise.all(Array.from({ length: 20 }, () => server.websocket(target)));
    for (const candidate of candidates) candidate.send("2probe");
    await pause(50);
    for (const candidate of candidates) candidate.send("5", "40");
    const closed = await Promise.all(candidates.map((candidate) => candidate.closed(500)));
    expect(closed.filter((code) => code === 0)).toHaveLength(1);
  }),
  attack("old transport after the upgrade", async (server) => {
    const peer = await server.polling();
    const candidate = await probed(server, peer.sid);
    candidate.send("5", "40");
    expect(await candidate.next()).toContain("40{");
    expect([(await peer.poll()).status, (await peer.post("1")).status]).toEqual([400, 400]);
    candidate.line.reset();
    await server.expectNothingLeft();
  }),
  attack("sessions opened and reset 200 times, in the middle of what they asked for", async (server) => {
    for (let i = 0; i < 200; i++) {
      const { line } = (await server.websocket()).send("40", '42["blast",2]');
      if (i % 3 > 0) await pause(i % 3);
      line.reset();
    }
    await server.expectNothingLeft();
    await expectEcho(await server.member("websocket"));
  }),
];

function hasBinary(): boolean {
  try {
    createRequire(import.meta.url)("@uwsjs/core");
    return true;
  } catch (error) {
    console.log(`SKIP: uWebSockets.js has no binary for this platform (${(error as Error).message.split("\n")[0]})`);
    return false;
  }
}

/** On an application of uWebSockets.js, by its real binary. */
export const uws: readonly Attack[] = hasBinary() ? attacks : [];
