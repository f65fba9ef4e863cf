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
    expect(await socket.timeout(2000).emitWithAck("ask")).toMatch(
      name.endsWith("websocket") ? "websocket" : /polling|websocket/,
    );
  });

  it("exports the same names to require() and import", () => {
    const required = Object.keys(require(name) as object);
    const imported = Object.keys(entry).filter((key) => key !== "default");
    expect(required.filter((key) => key !== "default").toSorted()).toEqual(imported.toSorted());
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
