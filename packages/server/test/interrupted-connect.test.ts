import { SessionAwareAdapter } from "@halyard/adapter";
import { describe, expect, it } from "vitest";
import { FakeSession, serve, settle } from "./fake-session.js";

/** What the server answered to the CONNECT of a session. */
function answerIn(session: FakeSession): { sid: string; pid: string } {
  return JSON.parse(String(session.sent.at(-1)).replace(/^[^{]*/, ""));
}

/** A session whose line ends while the server writes to it, as with a peer that has too much waiting for it already. */
class FragileSession extends FakeSession {
  constructor(private writesLeft: number) {
    super();
  }

  override write(data: unknown): void {
    super.write(data);
    if (--this.writesLeft === 0) this.lose("max buffered amount exceeded");
  }
}

/** A session that polls: it is closing until the client asks for what is there. */
class PollingSession extends FakeSession {
  override close(): void {
    this.readyState = "closing";
  }

  poll(): void {
    this.readyState = "open";
    this.lose("forced close");
  }
}

describe("a connection that ends while a namespace is joined", () => {
  it("takes nobody in once a middleware has closed it, and lets the next one go on", async () => {
    const { io } = serve();
    const log: string[] = [];
    io.use((socket, next) => {
      socket.conn.close();
      next();
    });
    io.on("connection", () => log.push("connection"));
    const session = new PollingSession();
    io.onconnection(session);
    await session.receive("0");
    expect([session.sent, io.sockets.sockets.size]).toEqual([[], 0]);
    session.poll();
    await settle();
    expect([log, session.sent, io.sockets.sockets.size]).toEqual([[], [], 0]);
  });

  it("takes nobody in once it has failed, however late a middleware is", async () => {
    const { io } = serve();
    const log: string[] = [];
    let goOn = (): void => {};
    io.use((_socket, next) => void (goOn = next));
    io.on("connection", () => log.push("connection"));
    const session = new PollingSession();
    io.onconnection(session);
    await session.receive("0");
    await session.receive("no packet");
    goOn();
    await settle();
    session.poll();
    await settle();
    expect([log, session.sent, io.sockets.sockets.size]).toEqual([[], [], 0]);
  });

  it("leaves no dynamic namespace behind when its matcher answers too late", async () => {
    const { io, connect } = serve({ cleanupEmptyChildNamespaces: true });
    let allow = (): void => {};
    io.of((_name, _auth, next) => {
      allow = () => next(null, true);
    });
    const session = await connect("0/late,");
    session.lose("transport close");
    allow();
    await settle();
    expect([...io._nsps.keys()]).toEqual(["/"]);
  });

  it("keeps a session that was on its way out of the store", async () => {
    let arrive = (): void => {};
    let isSlow = false;
    class SlowStore extends SessionAwareAdapter {
      override async restoreSession(pid: string, offset: string): ReturnType<SessionAwareAdapter["restoreSession"]> {
        const session = await super.restoreSession(pid, offset);
        if (isSlow) await new Promise<void>((resolve) => (arrive = resolve));
        return session;
      }
    }
    const { io, connect } = serve({ adapter: SlowStore, connectionStateRecovery: {} });
    io.on("connection", (socket) => void socket.join("r"));
    const session = await connect("0");
    const { sid, pid } = answerIn(session);
    session.lose("transport close");

    isSlow = true;
    const second = await connect(`0${JSON.stringify({ pid })}`);
    second.lose("transport close");
    arrive();
    await settle();

    isSlow = false;
    io.to("r").emit("missed");
    const third = await connect(`0${JSON.stringify({ pid })}`);
    expect(third.sent).toEqual([expect.stringContaining('2["missed"'), `0${JSON.stringify({ sid, pid })}`]);
  });

  it.each([
    ["the answer to its CONNECT", 1],
    ["what it had missed", 2],
  ])("takes the socket with it when it ends by writing %s", async (_title, writes) => {
    const { io, connect } = serve({ connectionStateRecovery: {} });
    const log: string[] = [];
    io.of("/a").on("connection", (socket) => {
      log.push("connection");
      void socket.join("r");
      socket.on("disconnect", (reason) => log.push(reason));
    });
    const first = await connect("0/a,");
    const { sid, pid } = answerIn(first);
    first.lose("transport close");
    if (writes === 2) for (const n of [1, 2, 3]) io.of("/a").to("r").emit("missed", n);
    log.length = 0;

    const fragile = new FragileSession(writes);
    io.onconnection(fragile);
    await fragile.receive(`0/a,${JSON.stringify({ pid })}`);
    expect(io.of("/a").sockets.size).toBe(0);
    expect(io.of("/a").adapter.rooms.size).toBe(0);
    expect(log).toEqual([]);

    const again = await connect(`0/a,${JSON.stringify({ pid })}`);
    expect(again.sent.at(-1)).toBe(`0/a,${JSON.stringify({ sid, pid })}`);
    expect(io.of("/a").sockets.get(sid)?.rooms).toEqual(new Set(["r", sid]));
  });
});
