import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { request, response } from "../attacker/http.ts";
import { join } from "../attacker/peer.ts";
import { expectEcho, POLLING, WEBSOCKET } from "../attacker/target.ts";
import { UPGRADE_HEADERS } from "../attacker/websocket.ts";

const MB = 1_000_000;
/** `maxBufferedAmount` is 16 times `maxHttpBufferSize`; one message may come on top of it, in one byte per character. */
const BUFFERED = 20 * MB;

/** Sends a byte now and then until the line ends. */
async function trickle(line: Awaited<ReturnType<Parameters<Attack["run"]>[0]["line"]>>): Promise<void> {
  const timer = setInterval(() => line.send("a"), 30);
  expect(await line.ended(4_000)).not.toBe("open");
  clearInterval(timer);
}

export const slow: Attack[] = [
  {
    name: "request line that never ends",
    variant: "brisk",
    run: async (server) => trickle(await server.send("GET /socket.io/?")),
  },
  {
    name: "headers that never end",
    variant: "brisk",
    run: async (server) => trickle(await server.send(`GET ${POLLING} HTTP/1.1\r\nHost: a\r\nX-A: `)),
  },
  {
    name: "upgrade request that never ends",
    variant: "brisk",
    run: async (server) => trickle(await server.send(request(WEBSOCKET, { headers: UPGRADE_HEADERS }).subarray(0, -2))),
  },
  {
    name: "body that never ends",
    variant: "brisk",
    run: async (server) => {
      const peer = await server.polling();
      const head = request(peer.target, { method: "POST", headers: { "Content-Length": "900000" }, body: "4" });
      await trickle(await server.send(head));
      await server.expectNothingLeft();
    },
  },
  {
    name: "connection that says nothing",
    variant: "brisk",
    run: async (server) => {
      const line = await server.line();
      expect(await line.ended(4_000)).not.toBe("open");
    },
  },
  {
    name: "websocket that does not read what it asked for",
    growthBytes: BUFFERED,
    run: async (server) => {
      const peer = await server.websocketPeer();
      await join(peer);
      peer.socket.line.stopReading();
      await peer.send('42["blast",100]');
      await server.expectNothingLeft(); // ended once more than maxBufferedAmount is waiting
    },
  },
  {
    name: "websocket that reads slower than it is spoken to",
    growthBytes: BUFFERED,
    run: async (server) => {
      const peer = await server.websocketPeer();
      await join(peer);
      peer.socket.line.stopReading();
      for (let i = 0; i < 40; i++) {
        await peer.send('42["blast",1]');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await server.expectNothingLeft();
    },
  },
  {
    name: "websocket that echoes and does not read",
    growthBytes: BUFFERED,
    run: async (server) => {
      const peer = await server.websocketPeer();
      await join(peer);
      peer.socket.line.stopReading();
      const event = `42["echo","${"x".repeat(900_000)}"]`;
      for (let i = 0; i < 60; i++) await peer.send(event);
      await server.expectNothingLeft(5_000);
    },
  },
  {
    name: "polling that asks for more than it fetches",
    growthBytes: BUFFERED,
    run: async (server) => {
      const peer = await server.polling();
      await peer.post("40");
      await peer.post('42["blast",100]');
      await server.expectNothingLeft();
    },
  },
  {
    name: "poll whose answer is not read",
    variant: "brisk",
    growthBytes: BUFFERED,
    run: async (server) => {
      const peer = await server.polling();
      await peer.post('40\x1e42["blast",10]');
      const line = (await server.line()).stopReading();
      line.send(request(peer.target));
      await server.expectNothingLeft(); // the heartbeat
    },
  },
  {
    name: "receiver of a broadcast that does not read",
    growthBytes: BUFFERED,
    run: async (server) => {
      const victim = await server.websocketPeer();
      await join(victim);
      const lazy = await server.websocketPeer();
      await join(lazy);
      lazy.socket.line.stopReading();
      const event = `42["broadcast","${"x".repeat(900_000)}"]`;
      for (let i = 0; i < 40; i++) {
        await victim.send(event);
        expect(String(await victim.next())).toContain('2["relayed"');
      }
      expect((await server.holdings()).sessions).toBe(1); // the lazy one has been ended, the other goes on
      await expectEcho(victim);
    },
  },
  {
    name: "50 receivers that do not read a broadcast",
    growthBytes: BUFFERED,
    run: async (server) => {
      const sender = await server.websocketPeer();
      await join(sender);
      for (let i = 0; i < 50; i++) {
        const lazy = await server.websocketPeer();
        await join(lazy);
        lazy.socket.line.stopReading();
      }
      const event = `42["broadcast","${"x".repeat(100_000)}"]`;
      for (let i = 0; i < 30; i++) {
        await sender.send(event);
        await sender.next();
      }
      await expectEcho(sender); // they share one frame per broadcast: 3 MB, not 150
    },
  },
  {
    name: "pipelined polls on one line",
    run: async (server) => {
      const peer = await server.polling();
      const line = await server.send(Buffer.concat([request(peer.target), request(peer.target), request(peer.target)]));
      expect([200, 400]).toContain((await response(line)).status);
      expect(await peer.ended()).toBe(true);
    },
  },
];
