import { describe, expect, it } from "vitest";
import { isRecoverableReason, readRecoveryRequest } from "./recovery.js";

describe("connection state recovery", () => {
  it.each([
    [
      { pid: "p", offset: "o" },
      { pid: "p", offset: "o" },
    ],
    [{ pid: "p" }, { pid: "p", offset: undefined }],
    [{ pid: "p", offset: 1 }, null],
    [{ pid: { toString: 1 }, offset: "o" }, null],
    [{ offset: "o" }, null],
    [{}, null],
  ])("reads %j", (auth, expected) => {
    expect(readRecoveryRequest(auth)).toEqual(expected);
  });

  it.each([
    ["transport error", true],
    ["transport close", true],
    ["forced close", true],
    ["ping timeout", true],
    ["server shutting down", true],
    ["forced server close", true],
    ["parse error", false],
    ["client namespace disconnect", false],
    ["server namespace disconnect", false],
  ])("%s: worth keeping %s", (reason, expected) => {
    expect(isRecoverableReason(reason)).toBe(expected);
  });
});
