import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { io as connectOurs } from "@halyard/client";
import { Server } from "@halyard/server";
import { SeededRandom } from "@halyard/testing";
import { io as connectStock } from "socket.io-client";
import { afterEach, describe, expect, it } from "vitest";
import { FaultyLine } from "./faulty-line.js";

const CLIENTS = 40;
const FAULTS_MS = 30_000;
const CUT_EVERY_MS = 400;
const SHARE_CUT = 0.12;

/** Counts what one client gets: numbers must follow each other, from where its session began. */
class Listener {
  readonly socket: ReturnType<typeof connectStock>;
  readonly problems: string[] = [];
  recoveries = 0;
  newSessions = 0;
  last = -1;

  constructor(socket: ReturnType<typeof connectStock>) {
    this.socket = socket;
    socket.on("connect", () => {
      if (socket.recovered) {
        this.recoveries++;
      } else {
        this.newSessions++;
      }
    });
    socket.on("start", (number: number) => {
      this.last = number;
    });
    socket.on("n", (number: number) => {
      if (number !== this.last + 1) {
        this.problems.push(`${number} after ${this.last}`);
      }
      this.last = number;
    });
  }
}

const cleanups: Array<() => unknown> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) {
    await cleanup();
  }
});

/** A server which counts in a room, and tells new sessions where it is. */
async function startCounting(): Promise<{ port: number; stop: () => number }> {
  const httpServer = createServer();
  const io = new Server(httpServer, { pingInterval: 500, pingTimeout: 400, connectionStateRecovery: {} });
  let counter = 0;
  io.on("connection", (socket) => {
    if (!socket.recovered) {
      void socket.join("room");
      socket.emit("start", counter);
    }
  });
  const timer = setInterval(() => io.to("room").emit("n", ++counter), 10);
  httpServer.listen(0, "127.0.0.1");
  await once(httpServer, "listening");
  cleanups.push(() => io.close());
  const stop = (): number => {
    clearInterval(timer);
    return counter;
  };
  cleanups.push(stop);
  return { port: (httpServer.address() as AddressInfo).port, stop };
}

describe("connection state recovery under faults", () => {
  it(
    "leaves no client silent, no gap and no double",
    async () => {
      const server = await startCounting();
      const line = new FaultyLine(server.port);
      const port = await line.listen();
      cleanups.push(() => line.close());
      const random = new SeededRandom(20_260_101);
      const listeners = Array.from({ length: CLIENTS }, (_, index) => {
        const connect = index % 2 === 0 ? connectStock : (connectOurs as unknown as typeof connectStock);
        const options = { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 300, timeout: 2000 };
        const transports = index % 4 < 2 ? ["websocket"] : ["polling", "websocket"];
        const socket = connect(`http://127.0.0.1:${port}`, { ...options, transports });
        cleanups.push(() => socket.disconnect());
        return new Listener(socket);
      });
      const end = performance.now() + FAULTS_MS;
      while (performance.now() < end) {
        await sleep(CUT_EVERY_MS);
        line.damage(SHARE_CUT, random);
      }
      await sleep(3000);
      const last = server.stop();
      await sleep(3000);
      expect(listeners.map(({ problems }) => problems)).toEqual(listeners.map(() => []));
      expect(listeners.map((listener) => listener.last)).toEqual(listeners.map(() => last));
      const recoveries = listeners.reduce((sum, listener) => sum + listener.recoveries, 0);
      const newSessions = listeners.reduce((sum, listener) => sum + listener.newSessions, 0) - CLIENTS;
      console.log(`${recoveries} recoveries, ${newSessions} new sessions`);
      expect(recoveries).toBeGreaterThan(10 * newSessions);
    },
    FAULTS_MS + 30_000,
  );
});
