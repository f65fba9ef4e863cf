// Sleep: a process that is stopped for longer than the heartbeat allows, and goes on. Its timers, too, come late.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { Server as HalyardServer } from "@halyard/server";
import { io } from "@halyard/client";
import { Server as UpstreamServer } from "socket.io";
import { freePort, ServerProcess } from "../support/server-process.js";
import { pause, until } from "./support.js";

const HEARTBEAT = { pingInterval: 400, pingTimeout: 1000 };
const LONGER_MS = 1600;
const PATHS = ["polling", "websocket", "polling,websocket"];
const SERVERS = { halyard: HalyardServer as unknown as typeof UpstreamServer, "socket.io": UpstreamServer };

/** A client that can be put to sleep, and what it said. */
class Sleeper {
  readonly log: string[] = [];
  private readonly child: ChildProcess;

  constructor(url: string, path: string) {
    this.child = fork(fileURLToPath(new URL("sleeper.mjs", import.meta.url)), [url, path]);
    this.child.on("message", (event: string[]) => this.log.push(event.join(" ")));
    onTestFinished(() => void this.child.kill("SIGKILL"));
  }

  emit(...numbers: number[]): void {
    this.child.send(numbers);
  }

  stop(): void {
    this.child.kill("SIGSTOP");
  }

  continue(): void {
    this.child.kill("SIGCONT");
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_unused, i) => from + i);

describe.each(Object.entries(SERVERS))("a client that slept, and %s", (_name, Server) => {
  it.each(PATHS)("comes back, and what the program emits on waking arrives once and in order, %s", async (path) => {
    const http = createServer();
    const server = new Server(http, HEARTBEAT);
    onTestFinished(() => server.close());
    const received: number[] = [];
    const reasons: string[] = [];
    server.on("connection", (socket) => {
      socket.on("number", (number: number) => received.push(number));
      socket.on("disconnect", (reason) => reasons.push(reason));
    });
    await once(http.listen(0, "127.0.0.1"), "listening");
    const sleeper = new Sleeper(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, path);
    await until(() => sleeper.log.includes("connect"), 20_000);
    sleeper.emit(...range(0, 10));
    await until(() => received.length === 10, 20_000);
    sleeper.stop();
    await until(() => reasons.length > 0, 20_000);
    await pause(LONGER_MS);
    // Read as the first thing after waking, before any timer and any news of the network may have been seen.
    sleeper.emit(...range(10, 20));
    sleeper.continue();
    await until(() => received.length >= 20, 20_000);
    sleeper.emit(...range(20, 30));
    await until(() => received.length >= 30, 20_000);
    expect(received).toEqual(range(0, 30));
    expect(reasons).toEqual(["ping timeout"]);
    expect(sleeper.log.filter((entry) => entry === "connect")).toHaveLength(2);
    expect(sleeper.log[1]).toMatch(/^disconnect (?:ping timeout|transport close|transport error)$/);
  });
});

describe("a server that slept", () => {
  it.each(PATHS)("is noticed by the client, which delivers once and in order what it kept, %s", async (path) => {
    const port = await freePort();
    const script = fileURLToPath(new URL("number-server.mjs", import.meta.url));
    const server = new ServerProcess(script, port);
    await server.start("ready");
    onTestFinished(() => server.kill());
    const socket = io(`http://127.0.0.1:${port}`, {
      transports: path.split(","),
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
      timeout: 1000,
    });
    onTestFinished(() => void socket.disconnect());
    const reasons: string[] = [];
    socket.on("disconnect", (reason) => reasons.push(reason));
    const emit = (from: number, to: number): void => range(from, to).forEach((number) => socket.emit("number", number));
    await until(() => socket.connected, 20_000);
    emit(0, 10);
    await socket.timeout(20_000).emitWithAck("numbers");
    server.signal("SIGSTOP");
    await until(() => !socket.connected, 20_000);
    emit(10, 20);
    await pause(LONGER_MS);
    server.signal("SIGCONT");
    await until(() => socket.connected, 20_000);
    emit(20, 30);
    expect(await socket.timeout(20_000).emitWithAck("numbers")).toEqual(range(0, 30));
    expect(reasons).toEqual(["ping timeout"]);
  });
});
