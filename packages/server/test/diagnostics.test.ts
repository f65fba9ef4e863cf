import { Channel, channel } from "node:diagnostics_channel";
import { describe, expect, it, vi } from "vitest";
import * as disconnect from "../src/disconnect.js";
import { serve } from "./fake-session.js";

describe("diagnostics channels", () => {
  it("publish what happens", async () => {
    const names: string[] = [];
    const subscriptions = ["connection", "disconnection", "emit", "receive", "ack", "broadcast", "error"].map(
      (name) => {
        const listener = (): unknown => names.push(name);
        channel(`halyard.server.${name}`).subscribe(listener);
        return () => channel(`halyard.server.${name}`).unsubscribe(listener);
      },
    );
    const { io, connect } = serve();
    io.on("connection", (socket) => socket.on("a", (ack: () => void) => ack()));
    const session = await connect("0");
    await session.receive('21["a"]');
    for (const socket of io.sockets.sockets.values()) socket.emit("b");
    io.emit("c");
    await session.receive("x");
    for (const unsubscribe of subscriptions) unsubscribe();
    expect(names).toEqual(["connection", "receive", "ack", "emit", "broadcast", "error", "disconnection"]);
  });

  it("cost nothing without subscribers", async () => {
    const published = vi.spyOn(Channel.prototype, "publish");
    const described = vi.spyOn(disconnect, "describeDisconnect");
    const { io, connect } = serve();
    io.on("connection", (socket) => socket.on("a", (ack: () => void) => ack()));
    const session = await connect("0", '21["a"]');
    for (const socket of io.sockets.sockets.values()) socket.emit("b");
    io.emit("c");
    await session.receive("x");
    expect(published).not.toHaveBeenCalled();
    expect(described).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it("tell the details of a disconnection, as the event does", async () => {
    const heard: unknown[] = [];
    const listener = (message: unknown): unknown => heard.push(message);
    channel("halyard.server.disconnection").subscribe(listener);
    const { io, connect } = serve();
    const details: unknown[] = [];
    io.on("connection", (socket) => {
      socket.on("disconnecting", (_reason, description) => details.push(description));
      socket.on("disconnect", (_reason, description) => details.push(description));
    });
    const before = Date.now();
    (await connect("0")).lose("ping timeout");
    channel("halyard.server.disconnection").unsubscribe(listener);
    expect(details[0]).toEqual({
      code: "PING_TIMEOUT",
      initiator: "network",
      phase: "initial",
      transport: "fake",
      lastActivityMs: expect.any(Number),
      bufferedBytes: 0,
      description: undefined,
    });
    expect((details[0] as { lastActivityMs: number }).lastActivityMs).toBeGreaterThanOrEqual(before);
    expect(heard).toMatchObject([{ reason: "ping timeout", details: details[0] }]);
    expect(details[1]).toBe(details[0]);
  });
});
