import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { join, type WebSocketPeer } from "../attacker/peer.ts";
import { expectEcho, type Target } from "../attacker/target.ts";

interface Member {
  readonly peer: WebSocketPeer;
  readonly sid: string;
  readonly pid: string;
  /** Offset of the last event. */
  readonly offset: string;
}

/** A client that has received something, so that it has an offset to come back with. */
async function member(server: Target): Promise<Member> {
  const peer = await server.websocketPeer();
  const { sid, pid } = (await join(peer)) as { sid: string; pid: string };
  await peer.send('42["echo",1]');
  const [, , offset] = JSON.parse(String(await peer.next()).slice(1)) as [string, number, string];
  return { peer, sid, pid, offset };
}

/** Comes back as a recovering client does. @returns the id it gets */
async function comeBack(server: Target, auth: object): Promise<{ peer: WebSocketPeer; sid: unknown }> {
  const peer = await server.websocketPeer();
  await peer.send(`40${JSON.stringify(auth)}`);
  for (;;) {
    const message = String(await peer.next());
    if (message[0] === "0") return { peer, sid: (JSON.parse(message.slice(1)) as { sid: unknown }).sid };
  }
}

/** CONNECT payloads that are no right to anything: a new session is opened. */
const STRANGE: readonly [name: string, auth: (one: Member) => object][] = [
  ["pid that is a number", ({ offset }) => ({ pid: 1, offset })],
  ["pid that is an object", ({ pid, offset }) => ({ pid: { toString: pid }, offset })],
  ["pid that is an array", ({ pid, offset }) => ({ pid: [pid], offset })],
  ["pid of nobody", ({ offset }) => ({ pid: "AAAAAAAAAAAAAAAAAAAA", offset })],
  ["pid named __proto__", ({ offset }) => ({ pid: "__proto__", offset })],
  ["pid of 500,000 characters", ({ offset }) => ({ pid: "p".repeat(500_000), offset })],
  ["public id as pid", ({ sid, offset }) => ({ pid: sid, offset })],
  ["offset that is an object", ({ pid }) => ({ pid, offset: {} })],
  ["offset that is a number", ({ pid }) => ({ pid, offset: 1 })],
  ["offset of nobody", ({ pid }) => ({ pid, offset: "AAAA" })],
  ["offset of 500,000 characters", ({ pid }) => ({ pid, offset: "o".repeat(500_000) })],
];

export const recovery: Attack[] = [
  ...STRANGE.map(([name, auth]): Attack => ({
    name,
    variant: "recovery",
    run: async (server) => {
      const one = await member(server);
      one.peer.socket.line.reset();
      await server.expectNothingLeft();
      const { peer, sid } = await comeBack(server, auth(one));
      expect(sid).not.toBe(one.sid);
      await expectEcho(peer);
    },
  })),
  {
    name: "session restored as it should be",
    variant: "recovery",
    run: async (server) => {
      const one = await member(server);
      one.peer.socket.line.reset();
      await server.expectNothingLeft();
      expect((await comeBack(server, one)).sid).toBe(one.sid);
    },
  },
  {
    name: "session restored twice",
    variant: "recovery",
    run: async (server) => {
      const one = await member(server);
      one.peer.socket.line.reset();
      await server.expectNothingLeft();
      const back = await Promise.all([comeBack(server, one), comeBack(server, one)]);
      const sockets = (await server.holdings()).sockets;
      // One of them is the session; the other took it over or got a new one: never two sockets with one id.
      const ids = new Set(back.map(({ sid }) => sid));
      expect(ids.size === 2 || sockets === 1).toBe(true);
    },
  },
  {
    name: "session taken from its living owner goes on once",
    variant: "recovery",
    run: async (server) => {
      const one = await member(server);
      const { peer, sid } = await comeBack(server, one);
      if (sid === one.sid) expect(await one.peer.ended()).toBe(true); // replaced: the same client, a dead line
      expect((await server.holdings()).sockets).toBeLessThanOrEqual(2);
      await expectEcho(peer);
    },
  },
  {
    name: "late end of the old line does not harm the new one",
    variant: "recovery",
    run: async (server) => {
      const one = await member(server);
      await one.peer.send('42["join","room"]');
      await expectEcho(one.peer);
      const { peer } = await comeBack(server, one);
      one.peer.socket.line.reset();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await expectEcho(peer);
    },
  },
  {
    name: "session which left by itself is not restored",
    variant: "recovery",
    run: async (server) => {
      const one = await member(server);
      await one.peer.send("41");
      one.peer.socket.line.reset();
      await server.expectNothingLeft();
      expect((await comeBack(server, one)).sid).not.toBe(one.sid);
    },
  },
  {
    name: "session the server ended is not restored",
    variant: "recovery",
    run: async (server) => {
      const one = await member(server);
      await one.peer.send('42["leave-me"]');
      await one.peer.next();
      one.peer.socket.line.reset();
      await server.expectNothingLeft();
      expect((await comeBack(server, one)).sid).not.toBe(one.sid);
    },
  },
  {
    name: "restored and lost 50 times",
    variant: "recovery",
    run: async (server) => {
      const one = await member(server);
      let { peer } = one;
      for (let i = 0; i < 50; i++) {
        peer.socket.line.reset();
        await server.expectNothingLeft();
        const back = await comeBack(server, one);
        expect(back.sid).toBe(one.sid);
        ({ peer } = back);
      }
    },
  },
  {
    name: "500 sessions left behind",
    variant: "recovery",
    growthBytes: 5_000_000,
    run: async (server) => {
      for (let i = 0; i < 500; i++) {
        const socket = await server.websocket();
        socket.send("40");
        await socket.next();
        await socket.next();
        socket.line.reset();
      }
      await server.expectNothingLeft();
    },
  },
  {
    name: "packets logged for those who may come back",
    variant: "recovery",
    growthBytes: 80_000_000, // the log is bounded by maxLogBytes, 64 MiB
    run: async (server) => {
      const gone = await member(server);
      gone.peer.socket.line.reset();
      const one = await member(server);
      const event = `42["broadcast","${"x".repeat(900_000)}"]`;
      for (let i = 0; i < 120; i++) {
        await one.peer.send(event);
        await one.peer.next();
      }
      const { peer, sid } = await comeBack(server, gone);
      expect(sid).not.toBe(gone.sid); // what it missed is no longer there as a whole
      await expectEcho(peer);
    },
  },
];
