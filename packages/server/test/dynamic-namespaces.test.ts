import { describe, expect, it } from "vitest";
import { serve } from "./fake-session.js";

describe("dynamic namespaces", () => {
  it("come into being by a pattern, with the middlewares and listeners of their parent", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    io.on("new_namespace", (nsp) => log.push(`new ${nsp.name}`));
    const parent = io.of(/^\/d\d$/);
    parent.use((_socket, next) => {
      log.push("middleware");
      next();
    });
    parent.on("connection", (socket) => log.push(socket.nsp.name));
    const session = await connect("0/d1,", "0/d2,", "0/e1,");
    session.take();
    expect(log).toEqual(["new /d1", "middleware", "new /d2", "middleware", "/d1", "/d2"]);
    parent.emit("a");
    expect(session.sent).toEqual(['2/d1,["a"]', '2/d2,["a"]']);
    expect(() => parent.fetchSockets()).toThrow("fetchSockets() is not supported on parent namespaces");
    expect(io.of("/d3")).toBe(io._nsps.get("/d3"));
  });

  it("go with their last socket if told to, also after a refusal", async () => {
    const { io, connect } = serve({ cleanupEmptyChildNamespaces: true });
    const parent = io.of(/^\/d\d$/);
    parent.use((socket, next) => next(socket.handshake.auth.ok === false ? new Error("no") : undefined));
    io.of("/static");
    const session = await connect("0/d1,", '0/d2,{"ok":false}', "0/static,", "0");
    expect([...io._nsps.keys()]).toEqual(["/", "/static", "/d1"]);
    await session.receive("1/d1,", "1/static,");
    expect([...io._nsps.keys()]).toEqual(["/", "/static"]);
    await session.receive("0/d1,");
    expect(io._nsps.has("/d1")).toBe(true);
  });
});
