import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { join } from "../attacker/peer.ts";
import { expectEcho, expectRefusal, POLLING, type Target, WEBSOCKET } from "../attacker/target.ts";
import { UPGRADE_HEADERS } from "../attacker/websocket.ts";

const hook = (name: string, run: Attack["run"]): Attack => ({ name, run, variant: "hooks" });

/** A handshake on each transport, and the code of its refusal; null when it is accepted. */
async function handshakes(server: Target, headers: Record<string, string>, code: number | null): Promise<void> {
  const polling = await server.request(POLLING, { headers });
  const upgrade = await server.request(WEBSOCKET, { headers: { ...UPGRADE_HEADERS, ...headers } });
  if (code === null) {
    expect([polling.status, upgrade.status]).toEqual([200, 101]);
  } else {
    expectRefusal(polling, code);
    expectRefusal(upgrade, code);
  }
}

const IDS: readonly [what: string, code: number | null][] = [
  ["number", null],
  ["nothing", 3],
  ["null", 3],
  ["object", 3],
  ["throws", 3],
  ["rejects", 3],
  ["nothing, later", 3],
  ["rejects, thenable", 3],
  ["throws in then", 3],
];

const ENGINE_MIDDLEWARES: readonly [mode: string, code: number | null][] = [
  ["throws", 3],
  ["rejects", 3],
  ["rejects, thenable", 3],
  ["throws in then", 3],
  ["twice", null],
  ["next, then throws", null],
  ["next, then rejects", null],
  ["error, then next", 3],
];

const FIELDS: readonly [name: string, query: string][] = [
  ["line end in a value", "field=x-a&value=a%0d%0aX-Evil:%201"],
  ["NUL in a value", "field=x-a&value=%00"],
  ["character above Latin-1 in a value", "field=x-a&value=%E2%82%AC"],
  ["line end in a name", "field=x-a%0d%0ax-evil&value=1"],
  ["empty name", "field=&value=1"],
  ["second length", "field=content-length&value=1"],
  ["no value", "field=x-a"],
  ["__proto__ as a name", "field=__proto__&value=1"],
];

const MATCHERS: readonly [name: string, answer: string][] = [
  ["throws", "4/match-throws,"],
  ["rejects", "4/match-rejects,"],
  ["thenable", "4/match-thenable,"],
  ["then", "4/match-then,"],
  ["twice", "0/match-twice,"],
  ["no-then-yes", "4/match-no-then-yes,"],
  ["yes-then-throws", "0/match-yes-then-throws,"],
  ["token", "4/match-token,"],
];

const ENTRIES: readonly [mode: string, answer: string][] = [
  ["throws", '4/entry,{"message":"middleware failure"}'],
  ["rejects", '4/entry,{"message":"middleware failure"}'],
  ["rejects, thenable", '4/entry,{"message":"middleware failure"}'],
  ["throws in then", '4/entry,{"message":"middleware failure"}'],
  ["twice", "0/entry,{"],
  ["next, then throws", "0/entry,{"],
  ["next, then rejects", "0/entry,{"],
  ["error, then next", '4/entry,{"message":"no entry"}'],
];

const EVENTS: readonly string[] = [
  ...ENTRIES.map(([mode]) => `["mode","${mode}"]`),
  '["async"]',
  '["circle","nowhere"]',
  '["circle to all"]',
  '["error"]',
];

export const hooks: Attack[] = [
  ...IDS.map(([what, code]) => hook(`generateId: ${what}`, (server) => handshakes(server, { "x-id": what }, code))),
  hook("generateId gives what the peer wants: a name in use", async (server) => {
    const target = `${WEBSOCKET}&id=mine`;
    const first = await server.websocket(target, { "x-id": "query" });
    const second = await server.websocket(target, { "x-id": "query" });
    expect(await first.next()).toContain('"sid":"mine"');
    first.line.close();
    expect(await second.next()).toContain('"sid":"mine"');
    second.send("40");
    expect(await second.next()).toContain("40{");
  }),
  ...["%22%7D%0d%0aSet-Cookie:%20a=b", "__proto__", "", "%00", "%F0%9F%98%80", "a".repeat(8_000)].map((id) =>
    hook(`generateId gives what the peer wants: ${id.slice(0, 40)}`, async (server) => {
      const answer = await server.request(`${POLLING}&id=${id}`, { headers: { "x-id": "query" } });
      expect(answer.status).toBe(200);
      expect(answer.headers["set-cookie"]).toBeUndefined();
      const open = JSON.parse(answer.body.slice(1)) as { sid: string };
      expect(open.sid).toBe(decodeURIComponent(id));
    }),
  ),
  ...ENGINE_MIDDLEWARES.map(([mode, code]) =>
    hook(`middleware of the engine: ${mode}`, (server) => handshakes(server, { "x-hook": mode }, code)),
  ),
  ...FIELDS.map(([name, query]) =>
    hook(`query copied into a header: ${name}`, async (server) => {
      const polling = await server.request(`${POLLING}&${query}`, {}, 2_000);
      const upgrade = await server.request(`${WEBSOCKET}&${query}`, { headers: UPGRADE_HEADERS });
      expect([polling.status, upgrade.status]).toEqual([200, 101]);
      for (const { headers } of [polling, upgrade]) expect(JSON.stringify(headers)).not.toMatch(/evil/i);
    }),
  ),
  ...MATCHERS.map(([name, answer]) =>
    hook(`function of io.of(): ${name}`, async (server) => {
      const peer = await server.member("websocket");
      await peer.send(`40/match-${name},`);
      expect(String(await peer.next())).toContain(answer);
      await expectEcho(peer);
    }),
  ),
  hook("function of io.of() never answers a peer that leaves", async (server) => {
    const peer = await server.websocketPeer();
    await peer.send("40/match-never,");
    peer.socket.line.close();
    await server.expectNothingLeft();
  }),
  ...ENTRIES.map(([mode, answer]) =>
    hook(`middleware of a namespace: ${mode}`, async (server) => {
      const peer = await server.member("websocket");
      await peer.send(`40/entry,${JSON.stringify({ mode })}`);
      expect(String(await peer.next())).toContain(answer);
      await expectEcho(peer);
    }),
  ),
  ...EVENTS.map((event) =>
    hook(`listeners of a socket: ${event}`, async (server) => {
      const peer = await server.member("websocket");
      await join(peer, "40/events,");
      await peer.send(`42/events,${event}`, `42/events,${event}`, `42/events,0${event}`);
      await expectEcho(peer);
    }),
  ),
  hook("answer that cannot be encoded", async (server) => {
    const peer = await server.member("websocket");
    await join(peer, "40/events,");
    await peer.send('42/events,7["circle back"]');
    await expectEcho(peer);
  }),
  ...["ask", "ask in time", "ask all", "ask and wait"].flatMap((event) =>
    [true, false].map((answers) =>
      hook(
        `acknowledgement whose callback rejects: ${event}, ${answers ? "answered" : "not answered"}`,
        async (server) => {
          const peer = await server.member("websocket");
          await join(peer, "40/events,");
          await peer.send(`42/events,["${event}"]`);
          const [, id] = /^2\/events,(\d+)\["question"/.exec(String(await peer.next())) ?? [];
          if (answers) await peer.send(`43/events,${id}[]`, `43/events,${id}[]`);
          await new Promise((resolve) => setTimeout(resolve, 60));
          await expectEcho(peer);
        },
      ),
    ),
  ),
  hook("connection listener whose promise is rejected", async (server) => {
    const peer = await server.member("websocket");
    await join(peer, "40/rejects,");
    await expectEcho(peer);
  }),
];
