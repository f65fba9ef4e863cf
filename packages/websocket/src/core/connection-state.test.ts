import { describe, expect, it } from "vitest";
import { ABNORMAL, type CloseStatus } from "./close-payload.js";
import { nextConnection, type ConnectionEvent, type ConnectionState } from "./connection-state.js";

const mine: CloseStatus = { code: 1000, reason: Buffer.from("mine") };
const theirs: CloseStatus = { code: 1001, reason: Buffer.from("theirs") };
const broken: CloseStatus = { code: 1002, reason: Buffer.alloc(0) };

const connecting: ConnectionState = { tag: "connecting" };
const open: ConnectionState = { tag: "open" };
const byUs: ConnectionState = { tag: "closing", by: "local", sent: mine, received: null };
const unanswered: ConnectionState = { tag: "closing", by: "remote", sent: null, received: theirs };
const byPeer: ConnectionState = { tag: "closing", by: "remote", sent: mine, received: theirs };
const both: ConnectionState = { tag: "closing", by: "local", sent: mine, received: theirs };
const failed: ConnectionState = { tag: "closing", by: "failure", sent: broken, received: null };
const silent: ConnectionState = { tag: "closing", by: "local", sent: null, received: null };
const gone: ConnectionState = { tag: "closed", status: ABNORMAL, wasClean: false };

const opened: ConnectionEvent = { type: "opened" };
const close: ConnectionEvent = { type: "close", status: mine };
const received: ConnectionEvent = { type: "close-received", status: theirs };
const failure: ConnectionEvent = { type: "failed", status: broken };
const eof: ConnectionEvent = { type: "eof" };
const deadline: ConnectionEvent = { type: "deadline" };
const terminate: ConnectionEvent = { type: "terminate" };
const socketClosed: ConnectionEvent = { type: "socket-closed" };

describe("RFC 6455 §7, the life of a connection", () => {
  it.each([
    ["opens", connecting, opened, open, []],
    ["is given up while connecting", connecting, close, silent, ["destroy"]],
    ["is terminated while connecting", connecting, terminate, silent, ["destroy"]],
    ["cannot connect", connecting, socketClosed, gone, ["notify"]],
    ["ignores what cannot be while connecting", connecting, received, connecting, []],
    ["starts the closing handshake", open, close, byUs, ["send-close", "start-deadline"]],
    ["fails: Close and FIN", open, failure, failed, ["send-close", "end-write", "start-deadline"]],
    ["answers FIN with FIN", open, eof, silent, ["end-write", "start-deadline"]],
    ["is terminated", open, terminate, silent, ["destroy"]],
    ["breaks", open, socketClosed, gone, ["notify"]],
    ["has no deadline while open", open, deadline, open, []],
    ["opens once", open, opened, open, []],
    ["is to answer the peer's Close", open, received, unanswered, ["answer-close"]],
    ["answers only once", byPeer, close, byPeer, []],
    ["is terminated before it has answered", unanswered, terminate, unanswered, ["destroy"]],
    ["breaks before it has answered", unanswered, socketClosed, { ...gone, status: theirs }, ["notify"]],
    ["takes the peer's Close only once", byPeer, received, byPeer, []],
    ["ignores the peer's Close after a failure", failed, received, failed, []],
    ["fails while closing: no second Close", byUs, failure, { ...byUs, by: "failure" }, ["end-write"]],
    ["sees FIN while closing", byUs, eof, byUs, ["end-write"]],
    ["gives up at the deadline", byUs, deadline, byUs, ["destroy"]],
    ["is terminated while closing", byUs, terminate, byUs, ["destroy"]],
    ["sends Close only once", byUs, close, byUs, []],
    ["does not open again", byUs, opened, byUs, []],
    ["reports 1006 without the peer's Close", byUs, socketClosed, gone, ["notify"]],
    ["reports 1006 after a failure", failed, socketClosed, gone, ["notify"]],
    ["reports the peer's code", both, socketClosed, { tag: "closed", status: theirs, wasClean: true }, ["notify"]],
    ["stays closed", gone, socketClosed, gone, []],
    ["cannot be closed again", gone, close, gone, []],
  ] as const)("%s", (_title, state, event, next, actions) => {
    for (const role of ["server", "client"] as const) {
      expect(nextConnection(state, event, role)).toEqual({ state: next, actions });
    }
  });

  it("answers the peer's Close; the server ends TCP first, the client waits for it (§7.1.1)", () => {
    expect(nextConnection(unanswered, close, "server")).toEqual({
      state: byPeer,
      actions: ["send-close", "end-write", "start-deadline"],
    });
    expect(nextConnection(unanswered, close, "client")).toEqual({
      state: byPeer,
      actions: ["send-close", "start-deadline"],
    });
    expect(nextConnection(byUs, received, "server")).toEqual({ state: both, actions: ["end-write"] });
    expect(nextConnection(byUs, received, "client")).toEqual({ state: both, actions: [] });
  });
});
