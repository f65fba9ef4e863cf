import { describe, expect, it, vi } from "vitest";
import type { Socket } from "../src/socket.js";
import { serve } from "./fake-session.js";

describe("handlers that are asynchronous", () => {
  it("are reported with namespace, socket and event, and end nothing", async () => {
    const { io, connect } = serve();
    const reports: unknown[] = [];
    let id = "";
    io.on("handler_error", (error, context) => reports.push([(error as Error).message, context]));
    io.on("connection", async (socket) => {
      ({ id } = socket);
      socket.on("b", async () => Promise.reject(new Error("from b")));
      throw new Error("from connection");
    });
    const session = await connect("0");
    await session.receive('2["b"]');
    expect(reports).toEqual([
      ["from connection", { namespace: "/", socketId: id, event: "connection" }],
      ["from b", { namespace: "/", socketId: id, event: "b" }],
    ]);
    expect(session.readyState).toBe("open");
  });

  it("go to the console when nobody listens", async () => {
    const print = vi.spyOn(console, "error").mockImplementation(() => {});
    const { io, connect } = serve();
    io.on("connection", async () => Promise.reject(new Error("x")));
    await connect("0");
    expect(print).toHaveBeenCalledOnce();
    print.mockRestore();
  });

  it("of a middleware refuse the client", async () => {
    const { io, connect } = serve();
    const events: string[] = [];
    io.on("handler_error", (_error, { event }) => events.push(event));
    // oxlint-disable-next-line typescript/no-misused-promises -- people do it
    io.use(async () => Promise.reject(new Error("database is away")));
    const session = await connect("0");
    expect(session.sent).toEqual(['4{"message":"middleware failure"}']);
    expect(events).toEqual(["use"]);
  });

  it("of all other kinds are reported, too", async () => {
    const { io, connect } = serve();
    const reports: unknown[] = [];
    io.on("handler_error", (error, { event }) => reports.push([(error as Error).message, event]));
    // Typed as one that returns nothing: what people write is an async function all the same.
    const fail =
      (message: string): (() => void) =>
      async () =>
        Promise.reject(new Error(message));
    io.of(fail("matcher"));
    const sockets: Socket[] = [];
    io.on("connection", (socket) => {
      sockets.push(socket);
      socket.onAny(fail("onAny"));
      socket.onAnyOutgoing(fail("onAnyOutgoing"));
      socket.use(fail("middleware"));
      socket.on("disconnect", fail("disconnect"));
    });
    const session = await connect("0", "0/none,");
    await session.receive('2["in"]');
    const [socket] = sockets as [Socket];
    socket.emit("out", fail("ack"));
    socket.timeout(1).emit("out", fail("late ack"));
    io.timeout(1).emit("all", fail("broadcast ack"));
    await session.receive("30[]");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await session.receive("1");
    expect(reports).toEqual([
      ["matcher", "of"],
      ["onAny", "in"],
      ["middleware", "use"],
      ["onAnyOutgoing", "out"],
      ["onAnyOutgoing", "out"],
      ["onAnyOutgoing", "all"],
      ["ack", "ack"],
      ["late ack", "ack"],
      ["broadcast ack", "ack"],
      ["disconnect", "disconnect"],
    ]);
  });
});
