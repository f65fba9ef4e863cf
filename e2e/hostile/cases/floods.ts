import { expect } from "vitest";
import { DEFAULT_GROWTH_BYTES, type Attack } from "../attack.ts";
import { request } from "../attacker/http.ts";
import { join } from "../attacker/peer.ts";
import { expectEcho, POLLING } from "../attacker/target.ts";
import { frame } from "../attacker/websocket.ts";

const MB = 1_000_000;
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** Frames in one buffer. */
const texts = (list: readonly string[]): Buffer => Buffer.concat(list.map((payload) => frame({ payload })));

/** Many packets at once to a member, over a websocket; afterwards it is served as before. */
const BURSTS: readonly [name: string, packets: readonly string[], growthBytes?: number][] = [
  ["20,000 events nobody listens to", times(20_000, (i) => `42["e${i}",${i}]`)],
  ["20,000 acks of unknown ids", times(20_000, (i) => `43${i}[]`)],
  ["20,000 noops", times(20_000, () => "6")],
  ["20,000 pongs of Engine.IO", times(20_000, () => "3")],
  ["20,000 close packets", times(20_000, () => "1")],
  ["20,000 rooms joined and left", times(20_000, (i) => [`42["join","r${i}"]`, `42["leave","r${i}"]`]).flat()],
  ["10,000 CONNECTs to namespaces nobody made", times(10_000, (i) => `40/nobody${i},`), 5 * MB],
  ["5,000 times joined and left", times(5_000, (i) => [`40/team-a,`, `41/team-a,`, `42["e${i}"]`]).flat(), 5 * MB],
];

export const floods: Attack[] = [
  ...BURSTS.map(([name, packets, growthBytes = DEFAULT_GROWTH_BYTES]): Attack => ({
    name,
    growthBytes,
    run: async (server) => {
      const peer = await server.websocketPeer();
      await join(peer);
      peer.socket.line.send(texts(packets));
      await expectEcho(peer);
    },
  })),
  {
    name: "10,000 CONNECTs under a middleware which never answers",
    growthBytes: 5 * MB,
    run: async (server) => {
      const peer = await server.websocketPeer();
      peer.socket.line.send(texts(times(10_000, () => "40/never,")));
      expect(await peer.ended()).toBe(true); // the second one is a violation
      await server.expectNothingLeft();
    },
  },
  {
    name: "1,000 CONNECTs to a namespace which refuses",
    run: async (server) => {
      const peer = await server.websocketPeer();
      await join(peer);
      for (let i = 0; i < 1_000; i++) {
        await peer.send("40/no,");
        expect(await peer.next()).toContain("4/no,");
      }
      await expectEcho(peer);
    },
  },
  {
    name: "more pending CONNECTs than allowed",
    run: async (server) => {
      const peer = await server.websocketPeer();
      await join(peer);
      peer.socket.line.send(texts(times(200, (i) => `40/wait-${i},`)));
      for (let i = 100; i < 200; i++) {
        expect(await peer.next()).toBe(`4/wait-${i},{"message":"too many namespaces"}`); // maxPendingConnects is 100
      }
      await expectEcho(peer);
      peer.socket.line.reset();
      await server.expectNothingLeft();
    },
  },
  {
    name: "1,500 namespaces joined by one connection",
    growthBytes: 15 * MB,
    run: async (server) => {
      const peer = await server.websocketPeer();
      peer.socket.line.send(texts(times(1_500, (i) => `40/team-${i},`)));
      let refused = 0;
      for (let answers = 0; answers < 1_500;) {
        const message = String(await peer.next());
        if (message.startsWith("4/team-")) refused++;
        if (/^[04]\/team-/.test(message)) answers++;
      }
      expect(refused).toBe(500); // maxNamespacesPerConnection is 1,000
    },
  },
  {
    name: "30,000 dynamic namespaces joined once",
    growthBytes: 35 * MB, // 10,000 of them are kept; all would be 70 MB
    run: async (server) => {
      for (let connection = 0; connection < 30; connection++) {
        const peer = await server.websocketPeer();
        peer.socket.line.send(texts(times(1_000, (i) => `40/team-${connection}x${i},`)));
        for (let i = 0; i < 1_000; i++) await peer.next(); // the CONNECT, or the event behind it
        peer.socket.line.close();
      }
      await server.expectNothingLeft();
    },
  },
  {
    name: "dynamic namespaces with names of 400,000 characters",
    run: async (server) => {
      const peer = await server.websocketPeer();
      await join(peer);
      for (let i = 0; i < 50; i++) {
        await peer.send(`40/team-${"a".repeat(400_000)}${i},`);
        expect(String(await peer.next()).slice(-40)).toContain("Invalid namespace");
      }
      await expectEcho(peer);
    },
  },
  {
    name: "10,000 CONNECTs to one namespace",
    run: async (server) => {
      const peer = await server.websocketPeer();
      peer.socket.line.send(texts(times(10_000, () => "40")));
      expect(await peer.ended()).toBe(true);
      await server.expectNothingLeft();
    },
  },
  {
    name: "200,000 CONNECTs in the bodies of POSTs, never polled",
    growthBytes: 40 * MB,
    run: async (server) => {
      const peer = await server.polling();
      await peer.post("40");
      for (let i = 0; i < 4; i++) await peer.post(times(50_000, (n) => `40/n${n},`).join("\x1e")).catch(() => {});
    },
  },
  {
    name: "events echoed to a peer which never polls",
    growthBytes: 40 * MB,
    run: async (server) => {
      const peer = await server.polling();
      await peer.post("40");
      const body = times(9, () => `42["echo","${"x".repeat(100_000)}"]`).join("\x1e");
      for (let i = 0; i < 60; i++) await peer.post(body).catch(() => {});
      expect((await peer.post("40/no,")).status).toBe(400); // 54 MB asked for, the session has ended
    },
  },
  {
    name: "500 open and silent websockets",
    growthBytes: 15 * MB,
    run: async (server) => {
      await Promise.all(times(500, () => server.websocket()));
    },
  },
  {
    name: "500 handshakes by polling, never used",
    growthBytes: 10 * MB,
    run: async (server) => {
      const line = await server.send(Buffer.concat(times(500, () => request(POLLING))));
      await line.until(() => (line.receivedBytes > 500 * 150 ? true : undefined), "the answers");
    },
  },
  {
    name: "sessions which join nothing are ended",
    variant: "brisk",
    run: async (server) => {
      const peer = await server.websocketPeer();
      const alive = setInterval(() => void peer.send("3"), 100);
      expect(await peer.ended()).toBe(true);
      clearInterval(alive);
    },
  },
  {
    name: "sessions which never answer a ping are ended",
    variant: "brisk",
    run: async (server) => {
      const peer = await server.websocketPeer();
      await join(peer);
      expect(await peer.socket.closed(2_000)).not.toBe(0);
      await server.expectNothingLeft();
    },
  },
  {
    name: "polling sessions which go silent are ended",
    variant: "brisk",
    run: async (server) => {
      const peer = await server.polling();
      await peer.post("40");
      await server.expectNothingLeft();
    },
  },
  {
    name: "events in the place of pongs",
    variant: "brisk",
    run: async (server) => {
      const peer = await server.websocketPeer();
      await join(peer);
      const noise = setInterval(() => void peer.send('42["nobody"]'), 20);
      expect(await peer.socket.closed(3_000)).not.toBe(0); // an event extends the wait once, not for ever
      clearInterval(noise);
    },
  },
  {
    name: "connections opened and reset 500 times",
    run: async (server) => {
      for (let i = 0; i < 500; i++) (await server.line()).reset();
    },
  },
  {
    name: "sessions opened and closed 300 times",
    run: async (server) => {
      for (let i = 0; i < 300; i++) {
        const socket = await server.websocket();
        socket.send("40").line.reset();
      }
      await server.expectNothingLeft();
    },
  },
];
