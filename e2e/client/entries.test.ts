import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { describe, expect, it, onTestFinished } from "vitest";
import { Server } from "socket.io";
import type { AddressInfo } from "node:net";
import { createServer } from "node:http";
import { once } from "node:events";
import * as main from "@halyard/client";
import * as debug from "@halyard/client/debug";
import * as websocket from "@halyard/client/websocket";

const require = createRequire(import.meta.url);
const ENTRIES = {
  "@halyard/client": main,
  "@halyard/client/debug": debug,
  "@halyard/client/websocket": websocket,
};

describe.each(Object.entries(ENTRIES))("%s", (name, entry) => {
  it("connects, and gets an answer", async () => {
    const http = createServer();
    const server = new Server(http);
    server.on("connection", (socket) =>
      socket.on("ask", (cb: (answer: string) => void) => cb(socket.conn.transport.name)),
    );
    await once(http.listen(0), "listening");
    const socket = entry.io(`http://localhost:${(http.address() as AddressInfo).port}`);
    onTestFinished(async () => {
      socket.disconnect();
      await server.close();
    });
    expect(await socket.timeout(15_000).emitWithAck("ask")).toMatch(
      name.endsWith("websocket") ? "websocket" : /polling|websocket/,
    );
  });

  it("exports the same names to require() and import", () => {
    const required = Object.keys(require(name) as object);
    const imported = Object.keys(entry).filter((key) => key !== "default");
    expect(required.filter((key) => key !== "default").toSorted()).toEqual(imported.toSorted());
  });
});

it.each(["@halyard/client", "@halyard/client/debug", "socket.io-client", "socket.io-client/debug"])(
  "require(%j) is io, with its classes",
  (name) => {
    const io = require(name) as typeof main.io;
    expect(io).toBeTypeOf("function");
    expect([io.io, io.connect]).toEqual([io, io]);
    const manager = new io.Manager("http://localhost:1", { autoConnect: false });
    expect(manager.socket("/x")).toBeInstanceOf(io.Socket);
    expect(io("http://localhost:1", { autoConnect: false, forceNew: true }).io).toBeInstanceOf(io.Manager);
  },
);

it.each(["@halyard/client", "socket.io-client"])("%s has the other subpaths", (name) => {
  expect((require(`${name}/package.json`) as { name: string }).name).toBe(name);
  const bundle = require(`${name}/dist/socket.io.js`) as Record<string, unknown>;
  expect(bundle).toBeTypeOf("function");
  expect(Object.keys(bundle).toSorted()).toEqual(["Manager", "Socket", "connect", "io"]);
  expect(require.resolve(`${name}/dist/socket.io.js.map`)).toMatch(/\.map$/);
});

describe("logs in Node", () => {
  const program = (loads: string): string => `
    import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
    const require = createRequire(import.meta.url);
    const { io, Manager } = ${loads};
    const socket = new Manager("http://127.0.0.1:1", { reconnection: false, transports: ["polling"] }).socket("/");
    socket.on("connect_error", () => {});
    io("http://127.0.0.1:1", { autoConnect: false });`;
  const log = (loads: string, namespaces: string): string =>
    spawnSync(process.execPath, ["--input-type=module", "-e", program(loads)], {
      cwd: import.meta.dirname,
      env: { ...process.env, DEBUG: namespaces },
      encoding: "utf8",
    }).stderr;

  const sources = ["@halyard/client", "@halyard/client/debug"].flatMap((name) => [
    `await import("${name}")`,
    `require("${name}")`,
  ]);
  it.each(sources)("of %s, by namespace", (loads) => {
    const text = log(loads, "socket.io-client*,engine.io-client*");
    for (const name of ["socket.io-client:url", "socket.io-client:manager", "socket.io-client:socket"]) {
      expect(text).toContain(` ${name} `);
    }
    expect(text).toContain(" engine.io-client:socket error ");
    expect(text).toContain(" engine.io-client:polling error ");
    expect(log(loads, "")).toBe("");
  });
});

it("has the classes as properties of io", () => {
  expect(Object.assign({}, main.io)).toEqual({
    io: main.io,
    connect: main.io,
    Manager: main.Manager,
    Socket: main.Socket,
  });
  expect(main.default).toBe(main.io);
});
