import debugModule from "debug";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Server } from "../src/server.js";
import { serve } from "./fake-session.js";

const lines: string[] = [];

beforeEach(() => {
  debugModule.enable("socket.io:*");
  vi.spyOn(debugModule, "log").mockImplementation((line: string) => {
    // oxlint-disable-next-line no-control-regex -- colours
    lines.push(line.replace(/\u001B\[[^m]*m/g, "").trim());
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
