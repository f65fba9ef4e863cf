import { describe, expect, it } from "vitest";
import { explainClose } from "./close-details.js";

describe("explanation of a lost connection", () => {
  it.each([
    [
      "a close frame of the server",
      "transport close",
      { description: "d", context: { code: 1005 } },
      { code: 1005, initiator: "server" },
    ],
    [
      "no close frame",
      "transport close",
      { description: "d", context: { code: 1006 } },
      { code: 1006, initiator: "network" },
    ],
    [
      "a message too large",
      "transport close",
      { description: "d", context: { code: 1009 } },
      { code: 1009, initiator: "server", hint: expect.stringContaining("maxHttpBufferSize") as string },
    ],
    ["silence", "ping timeout", undefined, { description: "ping timeout", initiator: "network" }],
  ])("%s", (_title, reason, given, expected) => {
    expect(explainClose(reason, given, 7)).toEqual({ ...given, ...expected, idleMs: 7 });
  });

  it("stays the same Error, with its status as code", () => {
    const error = Object.assign(new Error("xhr post error"), { description: 413, context: {} });
    expect(explainClose("transport error", error, 7)).toBe(error);
    expect(error).toMatchObject({ description: 413, code: 413, initiator: "server", idleMs: 7 });
  });

  it("is this side when this side does not understand", () => {
    expect(explainClose("parse error", new Error("invalid payload"), 0)).toMatchObject({ initiator: "client" });
  });

  it("has nothing to say when the program closed the engine", () => {
    expect(explainClose("forced close", undefined, 7)).toBeUndefined();
  });
});
