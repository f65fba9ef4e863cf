import { format, stripVTControlCharacters } from "node:util";
import debugModule from "debug";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { logEvents } from "../src/event-log.js";
import { Server } from "../src/server.js";
import { serve } from "./fake-session.js";

let lines: string[] = [];

beforeEach(() => {
  lines = [];
  debugModule.enable("socket.io:*");
  vi.spyOn(debugModule, "log").mockImplementation((...args: unknown[]) => {
    lines.push(stripVTControlCharacters(format(...args)).trim());
  });
});
afterEach(() => {
  debugModule.disable();
  vi.restoreAllMocks();
});

it("logs under the names of socket.io", async () => {
  const { io, connect } = serve();
  io.of(/^\/dyn$/);
  const session = await connect("0", "0/dyn,");
  await io
    .timeout(1)
    .emitWithAck("q")
    .catch(() => {});
  await session.receive("1", "x");
  const other = new Server(0);
  await other.close();
  const names = new Set(lines.map((line) => /socket\.io:[\w-]+/.exec(line)?.[0]));
  expect(names).toEqual(
    new Set([
      "socket.io:broadcast-operator",
      "socket.io:client",
      "socket.io:namespace",
      "socket.io:parent-namespace",
      "socket.io:server",
      "socket.io:socket",
    ]),
  );
});

it("logs what sockets send and receive", async () => {
  logEvents();
  const { io, connect } = serve();
  io.on("connection", (socket) => {
    socket.on("a", (value: number, ack: (answer: number) => void) => ack(value));
  });
  const session = await connect("0", '20["a",5]');
  for (const socket of io.sockets.sockets.values()) socket.emit("b", "text", () => {});
  io.to("room").emit("c");
  await session.receive("30[6]");
  const [id] = io.sockets.sockets.keys();
  expect(lines.filter((line) => line.includes(`${id} sent`))).toHaveLength(2);
  const said = lines.map((line) => /\b(?:sent|received) .*[\])]/.exec(line)?.[0]).filter(Boolean);
  expect(said).toEqual([
    "received [ 'a', 5, [Function (anonymous)] ]",
    "sent acknowledgement 0 [ 5 ]",
    "sent [ 'b', 'text' ]",
    "sent [ 'c' ] to [ 'room' ] except []",
    "received acknowledgement 0 [ 6 ]",
  ]);
});
