import { describe, expect, it } from "vitest";
import { type ConnectEvent, type ConnectState, nextConnect, RECEIVED } from "./connect.js";

const restoring: ConnectState = { tag: "restoring" };
const middleware: ConnectState = { tag: "middleware" };
const restored = (recovered: boolean, skipMiddlewares: boolean): ConnectEvent => ({
  type: "restored",
  recovered,
  skipMiddlewares,
});

describe("Socket.IO protocol v5, connection to a namespace (server)", () => {
  it.each([
    [
      "runs the middlewares of a namespace",
      RECEIVED,
      { type: "found", asksRecovery: false },
      "middleware",
      "run-middlewares",
    ],
    ["looks for a session first", RECEIVED, { type: "found", asksRecovery: true }, "restoring", "restore"],
    ["refuses an unknown namespace", RECEIVED, { type: "not-found" }, "refused", "refuse"],
    ["forgets a lookup when the line is gone", RECEIVED, { type: "engine-closed" }, "gone", "release"],
    ["accepts a restored session at once", restoring, restored(true, true), "accepted", "accept"],
    [
      "runs the middlewares of a restored session if told to",
      restoring,
      restored(true, false),
      "middleware",
      "run-middlewares",
    ],
    ["goes on without a session", restoring, restored(false, true), "middleware", "run-middlewares"],
    ["forgets a session it was looking for", restoring, { type: "engine-closed" }, "gone", "release"],
    ["accepts after the middlewares", middleware, { type: "passed" }, "accepted", "accept"],
    ["refuses after an error of a middleware", middleware, { type: "failed" }, "refused", "refuse"],
    ["frees what a middleware never answered for", middleware, { type: "engine-closed" }, "gone", "release"],
  ] as const)("%s", (_title, state, event, tag, action) => {
    const step = nextConnect(state, event);
    expect(step.state.tag).toBe(tag);
    expect(step.action).toBe(action);
  });

  it("leaves a namespace that is found too late, and puts a session back that comes too late", () => {
    const gone: ConnectState = { tag: "gone" };
    expect(nextConnect(gone, { type: "found", asksRecovery: true })).toEqual({ state: gone, action: "release" });
    expect(nextConnect(gone, restored(true, true))).toEqual({ state: gone, action: "put-back" });
    expect(nextConnect(gone, restored(false, true))).toEqual({ state: gone, action: "none" });
    expect(nextConnect(gone, { type: "not-found" })).toEqual({ state: gone, action: "none" });
  });

  it.each(["accepted", "refused", "gone"] as const)("changes nothing once %s", (tag) => {
    const state: ConnectState = { tag };
    for (const event of [{ type: "passed" }, { type: "failed" }, { type: "engine-closed" }] as const) {
      expect(nextConnect(state, event)).toEqual({ state, action: "none" });
    }
  });

  it("ignores an answer that comes before its question", () => {
    expect(nextConnect(RECEIVED, { type: "passed" }).action).toBe("none");
  });
});
