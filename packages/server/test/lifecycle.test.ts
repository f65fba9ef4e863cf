import { Adapter } from "@halyard/adapter";
import { describe, expect, it, vi } from "vitest";
import type { Socket } from "../src/socket.js";
import { collectUncaught } from "./collect-uncaught.js";
import { serve, settle } from "./fake-session.js";

describe("end of a socket", () => {
  it("shows the same state at each step as upstream", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    io.on("connection", (socket) => {
      void socket.join("r");
      for (const event of ["disconnecting", "disconnect"] as const) {
        socket.on(event, (reason) =>
          log.push([event, reason, socket.connected, socket.rooms.size, io.sockets.sockets.has(socket.id)]),
        );
      }
    });
    await connect("0", "1");
    expect(log).toEqual([
      ["disconnecting", "client namespace disconnect", true, 2, true],
      ["disconnect", "client namespace disconnect", false, 0, false],
    ]);
  });

  it("takes it out of its connection before it hears of it", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    const watch = (socket: Socket): void => {
      for (const event of ["disconnecting", "disconnect"] as const) {
        socket.on(event, () => log.push([event, socket.client.sockets.size, [...socket.client.nsps.keys()]]));
      }
    };
    io.on("connection", watch);
    io.of("/a").on("connection", watch);
    const session = await connect("0", "0/a,");
    session.lose("transport close");
    expect(log).toEqual([
      ["disconnecting", 2, ["/", "/a"]],
      ["disconnect", 1, ["/a"]],
      ["disconnecting", 1, ["/a"]],
      ["disconnect", 0, []],
    ]);
  });

  it.each([
    ["socket.disconnect()", (socket: Socket) => socket.disconnect(), "server namespace disconnect", "open"],
    ["socket.disconnect(true)", (socket: Socket) => socket.disconnect(true), "server namespace disconnect", "closed"],
    ["conn.close()", (socket: Socket) => socket.conn.close(), "forced close", "closed"],
  ])("by %s", async (_title, end, reason, readyState) => {
    const { io, connect } = serve();
    const reasons: string[] = [];
    io.on("connection", (socket) => {
      socket.on("disconnect", (why) => reasons.push(why));
      socket.on("end", () => end(socket));
    });
    const session = await connect("0", '2["end"]');
    expect(reasons).toEqual([reason]);
    expect(session.readyState).toBe(readyState);
  });

  it("ends the others even if a listener of one throws", async () => {
    const { io, connect } = serve();
    const uncaught = collectUncaught();
    const log: string[] = [];
    io.on("connection", (socket) =>
      socket.on("disconnecting", () => {
        throw new Error("bad listener");
      }),
    );
    io.of("/b").on("connection", (socket) => socket.on("disconnect", (reason) => log.push(reason)));
    const session = await connect("0", "0/b,");
    session.lose("transport close");
    await settle();
    expect(log).toEqual(["transport close"]);
    expect(io.sockets.sockets.size).toBe(0);
    expect(io.sockets.adapter.rooms.size).toBe(0);
    expect(uncaught).toEqual([new Error("bad listener")]);
  });

  it("sends, joins and acknowledges nothing afterwards", async () => {
    const { io, connect } = serve();
    let late = (): void => {};
    io.on("connection", (socket) =>
      socket.on("a", (ack: () => void) => {
        late = () => {
          ack();
          socket.emit("b");
          void socket.join("r");
        };
      }),
    );
    const session = await connect("0", '21["a"]', "1");
    session.take();
    late();
    expect(session.sent).toEqual([]);
    expect(io.sockets.adapter.rooms.size).toBe(0);
  });

  it("maps a reason only our engine has to one that programs know", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    io.on("connection", (socket) => socket.on("disconnect", (reason, details) => log.push(reason, details.message)));
    (await connect("0")).lose("max buffered amount exceeded", new Error("17 bytes"));
    expect(log).toEqual(["transport error", "17 bytes"]);
  });
});

describe("end of a server", () => {
  it("tells every socket, closes adapters, and may be repeated", async () => {
    const close = vi.fn();
    class Closing extends Adapter {
      override close = close;
    }
    const { io, connect } = serve({ adapter: Closing });
    const reasons: string[] = [];
    io.of("/a").on("connection", (socket) => socket.on("disconnect", (reason) => reasons.push(reason)));
    await connect("0/a,");
    const done = vi.fn();
    await io.close(done);
    await io.close();
    expect(reasons).toEqual(["server shutting down"]);
    expect(close).toHaveBeenCalledTimes(4);
    expect(done).toHaveBeenCalledOnce();
  });
});
