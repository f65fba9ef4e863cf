import { describe, expect, it } from "vitest";
import type { Socket } from "../src/socket.js";
import { type FakeSession, serve, settle } from "./fake-session.js";

function connectAnswer(session: FakeSession): { sid: string; pid: string } {
  const answer = session.sent.find((packet) => typeof packet === "string" && packet.startsWith("0{")) as string;
  return JSON.parse(answer.slice(1));
}

describe("connection state recovery", () => {
  const recoverable = { connectionStateRecovery: {} };

  async function lost(): Promise<
    ReturnType<typeof serve> & { sockets: Socket[]; session: FakeSession; pid: string; sid: string }
  > {
    const server = serve(recoverable);
    const sockets: Socket[] = [];
    server.io.on("connection", (socket) => sockets.push(socket));
    const session = await server.connect("0");
    const { pid, sid } = connectAnswer(session);
    void sockets[0]?.join("r");
    if (sockets[0] !== undefined) sockets[0].data.user = 7;
    return { ...server, sockets, session, pid, sid };
  }

  const offsetOf = (packet: unknown): string => (JSON.parse((packet as string).slice(1)) as string[]).at(-1) as string;
  const names = (packets: unknown[]): unknown[] =>
    packets.map((packet) =>
      String(packet).startsWith("0") ? "connect" : (JSON.parse(String(packet).slice(1)) as string[])[0],
    );

  it("restores id, rooms, data and what was missed, before the answer", async () => {
    const { io, connect, sockets, session, pid, sid } = await lost();
    io.to("r").emit("seen");
    const offset = offsetOf(session.take().at(-1));
    session.lose("transport close");
    io.to("r").emit("missed", 1);
    io.volatile.to("r").emit("volatile");
    io.to("other").emit("not for it");
    const again = await connect(`0${JSON.stringify({ pid, offset })}`);
    expect(names(again.sent)).toEqual(["missed", "connect"]);
    expect(connectAnswer(again)).toEqual({ sid, pid });
    expect(sockets[1]).toMatchObject({ id: sid, recovered: true, data: { user: 7 } });
    expect([...(sockets[1]?.rooms ?? [])].toSorted()).toEqual(["r", sid].toSorted());
  });

  it("works from the first moment, without any event received", async () => {
    const { io, connect, session, pid, sid } = await lost();
    session.lose("ping timeout");
    io.emit("missed");
    const again = await connect(`0${JSON.stringify({ pid })}`);
    expect(connectAnswer(again).sid).toBe(sid);
    expect(names(again.sent)).toEqual(["missed", "connect"]);
  });

  it("replays what the lost socket itself was told to emit", async () => {
    const { connect, sockets, session, pid } = await lost();
    session.lose("transport close");
    session.take();
    sockets[0]?.emit("missed");
    const again = await connect(`0${JSON.stringify({ pid })}`);
    expect(session.sent).toEqual([]);
    expect(names(again.sent)).toEqual(["missed", "connect"]);
  });

  it("gives a session back once", async () => {
    const { connect, session, pid, sid } = await lost();
    session.lose("transport close");
    const again = await connect(`0${JSON.stringify({ pid })}`);
    const thief = await connect(`0${JSON.stringify({ pid: "guess" })}`);
    expect(connectAnswer(again).sid).toBe(sid);
    expect(connectAnswer(thief).sid).not.toBe(sid);
  });

  it("lets a newer connection replace one that is not known to be dead", async () => {
    const { io, connect, sockets, session, pid, sid } = await lost();
    const reasons: string[] = [];
    sockets[0]?.on("disconnect", (reason) => reasons.push(reason));
    const again = await connect(`0${JSON.stringify({ pid })}`);
    expect(reasons).toEqual(["transport close"]);
    expect(session.readyState).toBe("closed");
    expect(connectAnswer(again).sid).toBe(sid);
    session.lose("transport close");
    expect(io.sockets.sockets.get(sid)).toBe(sockets[1]);
    expect(sockets[1]?.rooms.has("r")).toBe(true);
  });

  it("does not keep the session of who left on purpose", async () => {
    const { connect, session, pid, sid } = await lost();
    await session.receive("1");
    const again = await connect(`0${JSON.stringify({ pid })}`);
    expect(connectAnswer(again).sid).not.toBe(sid);
  });

  it.each(["passes", "is gone"])(
    "begins anew when middlewares take longer than sessions are kept: it %s",
    async (end) => {
      const { io, connect } = serve({ connectionStateRecovery: { skipMiddlewares: false } });
      let goOn = (): void => {};
      io.use((socket, next) => {
        if (socket.recovered) goOn = next;
        else next();
      });
      const { adapter } = io.of("/");
      const restore = adapter.restoreSession.bind(adapter);
      const given: { isLost?: boolean }[] = [];
      adapter.restoreSession = async (...args) => {
        const restored: { isLost?: boolean } | null = await restore(...args);
        if (restored !== null) given.push(restored);
        return restored;
      };
      const session = await connect("0");
      const { pid, sid } = connectAnswer(session);
      session.lose("transport close");
      const slow = await connect(`0${JSON.stringify({ pid })}`);
      for (const each of given) each.isLost = true; // as the adapter says it when it is time
      if (end === "passes") goOn();
      else slow.lose("transport close");
      await settle();
      expect(given).toHaveLength(1);
      expect([slow.sent, slow.readyState, io.sockets.sockets.size]).toEqual([[], "closed", 0]);
      const again = await connect(`0${JSON.stringify({ pid })}`);
      expect(connectAnswer(again).sid).not.toBe(sid);
      expect(io.sockets.sockets.size).toBe(1);
    },
  );

  it("misses nothing while middlewares run again, and puts the session back if the line goes meanwhile", async () => {
    const server = serve({ connectionStateRecovery: { skipMiddlewares: false } });
    const { io, connect } = server;
    let goOn = (): void => {};
    let isSlow = false;
    io.use((socket, next) => {
      if (isSlow) goOn = next;
      else next();
      if (socket.recovered) void socket.join("from middleware");
    });
    const session = await connect("0");
    const { pid, sid } = connectAnswer(session);
    session.lose("transport close");
    isSlow = true;
    (await connect(`0${JSON.stringify({ pid })}`)).lose("transport close");
    io.emit("one");
    const again = await connect(`0${JSON.stringify({ pid })}`);
    io.emit("two");
    goOn();
    await settle();
    expect(names(again.sent)).toEqual(["one", "two", "connect"]);
    expect(connectAnswer(again).sid).toBe(sid);
    expect(io.sockets.adapter.rooms.has("from middleware")).toBe(true);
  });
});
