import { describe, expect, it } from "vitest";
import { describeDisconnect, DisconnectError } from "./disconnect.js";

const conn = { transport: { name: "websocket" }, upgraded: true, upgrading: false, bufferedAmount: 12 };

describe("details of a disconnection", () => {
  it("says who, when and what was left", () => {
    expect(describeDisconnect("ping timeout", undefined, conn, 1234)).toEqual({
      code: "PING_TIMEOUT",
      initiator: "network",
      phase: "upgraded",
      transport: "websocket",
      lastActivityMs: 1234,
      bufferedBytes: 12,
      description: undefined,
    });
  });

  it("stays an error where an error was the cause", () => {
    const cause = new RangeError("Max payload size exceeded");
    const details = describeDisconnect("transport error", cause, conn, 0);
    expect(details).toBeInstanceOf(Error);
    expect(details).toBeInstanceOf(DisconnectError);
    expect(details).toMatchObject({
      name: "RangeError",
      message: "Max payload size exceeded",
      code: "TRANSPORT_ERROR",
      description: cause,
      cause,
    });
  });

  it("knows less of a foreign engine", () => {
    const details = describeDisconnect("transport close", undefined, { transport: undefined }, 0);
    expect(details).toMatchObject({ transport: "unknown", phase: "initial", bufferedBytes: 0 });
  });
});
