import { Adapter } from "@halyard/adapter";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { HandlerErrorContext } from "../src/handler-errors.js";
import type { Server } from "../src/server.js";
import { serve, settle } from "./fake-session.js";

class FailingAdapter extends Adapter {
  override serverCount(): Promise<number> {
    return Promise.reject(new Error("no count"));
  }
}

/** Fails whatever goes to other nodes. */
class UnreachableAdapter extends Adapter {
  private fail(): Promise<void> {
    return Promise.reject(new Error("unreachable"));
  }
  override addAll(): Promise<void> {
    return this.fail();
  }
  override broadcast(): Promise<void> {
    return this.fail();
  }
  override addSockets(): Promise<void> {
    return this.fail();
  }
  override delSockets(): Promise<void> {
    return this.fail();
  }
  override disconnectSockets(): Promise<void> {
    return this.fail();
  }
  override serverSideEmit(): Promise<void> {
    return this.fail();
  }
}

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown): unknown => unhandled.push(error);

function reports(io: Server): HandlerErrorContext[] {
  const heard: HandlerErrorContext[] = [];
  io.on("handler_error", (_error, context) => heard.push(context));
  return heard;
}

describe("an adapter that fails", () => {
  process.on("unhandledRejection", onUnhandled);
  afterEach(() => {
    expect(unhandled.splice(0)).toEqual([]);
  });

  it("to count the servers: the responses that came in time are given, with the cause", async () => {
    const { io, connect } = serve({ adapter: FailingAdapter });
    const session = await connect("0");
    const failed = expect(io.timeout(20).emitWithAck("q")).rejects.toMatchObject({
      message: "operation has timed out",
      responses: [1],
      cause: { message: "no count" },
    });
    await session.receive("30[1]");
    await failed;
    expect([...io.sockets.sockets.values()][0]?.acks.size).toBe(0);
  });

  it("by throwing instead of counting: the same", async () => {
    class Throwing extends Adapter {
      override serverCount(): never {
        throw new Error("no count");
      }
    }
    const { io } = serve({ adapter: Throwing });
    await expect(io.timeout(10).emitWithAck("q")).rejects.toMatchObject({
      responses: [],
      cause: { message: "no count" },
    });
  });

  it("to reach the other nodes is reported", async () => {
    const { io, connect } = serve({ adapter: UnreachableAdapter });
    const heard = reports(io);
    await connect("0");
    io.emit("a");
    io.socketsJoin("r");
    io.socketsLeave("r");
    io.disconnectSockets();
    io.serverSideEmit("a");
    await settle();
    const context = { namespace: "/", socketId: undefined, event: "adapter" };
    expect(heard).toEqual(Array.from({ length: 6 }, () => context));
  });

  it.each([
    [
      "by a rejection",
      class extends Adapter {
        override persistSession(): Promise<void> {
          return Promise.reject(new Error("store is gone"));
        }
      },
    ],
    [
      "by throwing",
      class extends Adapter {
        override persistSession(): never {
          throw new Error("store is gone");
        }
        override restoreSession(): never {
          throw new Error("store is gone");
        }
      },
    ],
  ])(
    "to keep a session %s: the socket leaves all the same, and the client comes back anew",
    async (_title, adapter) => {
      const { io, connect } = serve({ adapter, connectionStateRecovery: {} });
      const heard = reports(io);
      const ends: unknown[] = [];
      io.on("connection", (socket) =>
        socket.on("disconnect", (reason) => ends.push(reason, io.sockets.adapter.rooms.size)),
      );
      const session = await connect("0");
      session.lose("transport close");
      await settle();
      expect(ends).toEqual(["transport close", 0]);
      expect(heard).toMatchObject([{ event: "adapter" }]);
      const next = await connect('0{"pid":"p","offset":"o"}');
      expect(next.sent[0]).toMatch(/^0\{"sid"/);
    },
  );

  it("to start or end is reported", async () => {
    class Mine extends Adapter {
      override init(): Promise<void> {
        return Promise.reject(new Error("no init"));
      }
      override close(): Promise<void> {
        return Promise.reject(new Error("no close"));
      }
    }
    const print = vi.spyOn(console, "error").mockImplementation(() => {});
    const { io, connect } = serve({ adapter: Mine, cleanupEmptyChildNamespaces: true });
    io.of(/^\/dyn-\d$/);
    const session = await connect("0", "0/dyn-1,");
    await session.receive("1/dyn-1,");
    expect(print.mock.calls.map(([text]) => text)).toEqual([
      'handler of "adapter" on / rejected:',
      'handler of "adapter" on /dyn-1 rejected:',
      'handler of "adapter" on /dyn-1 rejected:',
    ]);
    print.mockRestore();
    await io.close();
  });

  it("to encode: emit throws, and the acknowledgement is not called", async () => {
    const { io, connect } = serve();
    await connect("0");
    const ack = vi.fn<() => void>();
    expect(() => io.timeout(5).emit("a", 1n, ack)).toThrow(TypeError);
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(ack).not.toHaveBeenCalled();
  });
});
