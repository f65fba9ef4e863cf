import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { request } from "../attacker/http.ts";
import { join } from "../attacker/peer.ts";
import { expectEcho, POLLING, WEBSOCKET } from "../attacker/target.ts";
import { frame } from "../attacker/websocket.ts";

/** Packets of a fresh websocket session in one segment: does it end (true), or is it served afterwards (false)? */
const SEQUENCES: readonly [name: string, packets: readonly string[], ends: boolean][] = [
  ["CONNECT twice in one segment", ["40", "40"], true],
  ["CONNECT twice while a namespace decides", ["40/slow,", "40/slow,"], true],
  ["CONNECT, DISCONNECT, CONNECT", ["40", "41", "40"], false],
  ["DISCONNECT while a namespace decides", ["40", "40/slow,", "41/slow,"], true],
  ["event while a namespace decides", ["40", "40/slow,", '42/slow,["echo"]'], true],
  ["event before CONNECT", ['42["echo",1]', "40"], true],
  ["ack before CONNECT", ["430[]"], true],
  ["event in the segment of CONNECT", ["40", '42["echo",1]'], false],
  ["event behind DISCONNECT", ["40", "41", '42["echo",1]'], true],
  ["DISCONNECT twice", ["40", "41", "41"], true],
  ["event behind the server's DISCONNECT", ["40", '42["leave-me"]', '42["echo",1]', "40"], false],
  ["CONNECT to 3 namespaces and one that is joined", ["40", "40/team-a,", "40/team-b,", "40/team-a,"], true],
  [
    "events behind the server's close",
    ["40", '42["cut-me"]', ...Array.from({ length: 1_000 }, () => '42["echo",1]')],
    true,
  ],
];

export const races: Attack[] = [
  ...SEQUENCES.map(([name, packets, ends]): Attack => ({
    name,
    run: async (server) => {
      const peer = await server.websocketPeer();
      peer.socket.line.send(Buffer.concat(packets.map((payload) => frame({ payload }))));
      if (ends) {
        expect(await peer.ended()).toBe(true);
        peer.socket.line.close();
        await server.expectNothingLeft();
      } else {
        await expectEcho(peer);
      }
    },
  })),
  {
    name: "line lost while an asynchronous connection handler works",
    run: async (server) => {
      const socket = await server.websocket();
      socket.send("40/eager,");
      socket.line.reset();
      await server.expectNothingLeft();
      await new Promise((resolve) => setTimeout(resolve, 40));
    },
  },
  {
    name: "session closed while a namespace decides",
    run: async (server) => {
      const peer = await server.polling();
      await peer.post("40/slow,\x1e1");
      await server.expectNothingLeft();
      await new Promise((resolve) => setTimeout(resolve, 80));
      await server.expectNothingLeft();
    },
  },
  {
    name: "100 POSTs and polls of one session at once",
    run: async (server) => {
      const peer = await server.polling();
      const requests = Array.from({ length: 100 }, (_, i) =>
        i % 2 === 0 ? server.request(peer.target) : peer.post("6"),
      );
      const statuses = await Promise.all(
        requests.map((answer) =>
          answer.then(
            ({ status }) => status,
            () => 0,
          ),
        ),
      );
      for (const status of statuses) expect([0, 200, 400]).toContain(status);
      expect(await peer.ended()).toBe(true);
    },
  },
  {
    name: "upgrade packet on polling",
    run: async (server) => {
      const peer = await server.polling();
      await peer.post("5\x1e2probe");
      expect(await peer.ended()).toBe(true); // a client's ping goes in the wrong direction
    },
  },
  {
    name: "upgrade while the session is closed by POST",
    run: async (server) => {
      const peer = await server.polling();
      const socket = await server.websocket(`${WEBSOCKET}&sid=${peer.sid}`);
      socket.send("2probe");
      await peer.post("1");
      socket.send("5", "40");
      expect(await socket.closed()).not.toBe(0);
    },
  },
  {
    name: "poll left open across the upgrade",
    run: async (server) => {
      const peer = await server.polling();
      const held = await server.send(request(peer.target));
      const socket = await server.websocket(`${WEBSOCKET}&sid=${peer.sid}`);
      socket.send("2probe");
      await held.until(() => (held.receivedBytes > 0 ? true : undefined), "the poll to be released");
      socket.send("5", "40");
      await socket.next();
      expect(String(await socket.next())).toContain('40{"sid"');
    },
  },
  {
    name: "poll that comes after the upgrade",
    run: async (server) => {
      const peer = await server.polling();
      const socket = await server.websocket(`${WEBSOCKET}&sid=${peer.sid}`);
      socket.send("2probe", "5");
      expect(await socket.next()).toBe("3probe");
      expect((await server.request(peer.target)).status).toBe(400);
      socket.send("40");
      expect(String(await socket.next())).toContain('40{"sid"');
    },
  },
  {
    name: "candidate that is closed and offered again 50 times",
    run: async (server) => {
      const peer = await server.polling();
      for (let i = 0; i < 50; i++) {
        const socket = await server.websocket(`${WEBSOCKET}&sid=${peer.sid}`);
        socket.send("2probe");
        await socket.next().catch(() => {}); // the one before it may still count
        socket.line.reset();
      }
      expect((await peer.post("40")).status).toBe(200);
    },
  },
  {
    name: "question whose receivers leave before they answer",
    run: async (server) => {
      const asker = await server.websocketPeer();
      await join(asker);
      const leavers = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const peer = await server.websocketPeer();
          await join(peer);
          await peer.send('42["join","r"]');
          return peer;
        }),
      );
      await asker.send('42["ask","r"]');
      for (const leaver of leavers) leaver.socket.line.reset();
      await expectEcho(asker);
      await new Promise((resolve) => setTimeout(resolve, 350));
    },
  },
  {
    name: "handshake whose answer nobody waits for",
    run: async (server) => {
      for (let i = 0; i < 50; i++) (await server.send(request(POLLING))).reset();
    },
  },
];
