import { describe, expect, it } from "vitest";
import { NO_STATUS, closeStatus, decodeClosePayload, encodeClosePayload, isValidCloseCode } from "./close-payload.js";
import { WebSocketError } from "./errors.js";

const VALID = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
const INVALID = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];

describe("RFC 6455 §7.4, close codes", () => {
  it.each(VALID)("allows %i", (code) => {
    expect(isValidCloseCode(code)).toBe(true);
    const status = { code, reason: Buffer.from("über") };
    expect(decodeClosePayload(encodeClosePayload(status))).toEqual(status);
    expect(closeStatus(code, "über")).toEqual(status);
  });

  it.each(INVALID)("refuses %i from peer and caller", (code) => {
    expect(isValidCloseCode(code)).toBe(false);
    expect(decodeClosePayload(Buffer.of(code >> 8, code & 0xff))).toMatchObject({
      code: "WS_ERR_INVALID_CLOSE_CODE",
      closeCode: 1002,
      message: `Invalid WebSocket frame: invalid status code ${code}`,
    });
    expect(() => closeStatus(code, undefined)).toThrow(
      expect.objectContaining({
        name: "TypeError",
        message: "First argument must be a valid error code number",
        cause: code,
      }),
    );
  });

  it.each([[1000.5], [Number.NaN], ["1000"], [null], [{}]])("refuses %j from the caller", (code) => {
    expect(() => closeStatus(code as number, "")).toThrow(TypeError);
  });
});

describe("RFC 6455 §5.5.1, Close frames", () => {
  it("may be empty", () => {
    expect(decodeClosePayload(Buffer.alloc(0))).toBe(NO_STATUS);
    expect(encodeClosePayload(NO_STATUS)).toHaveLength(0);
    expect(closeStatus(undefined, undefined)).toBe(NO_STATUS);
    expect(closeStatus(undefined, "no code, no reason")).toBe(NO_STATUS);
  });

  it("refuses half a code", () => {
    expect(decodeClosePayload(Buffer.of(3))).toMatchObject({
      code: "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH",
      closeCode: 1002,
    });
  });

  it("refuses a reason that is not UTF-8", () => {
    const error = decodeClosePayload(Buffer.of(3, 0xe8, 0xff));
    expect(error).toBeInstanceOf(WebSocketError);
    expect(error).toMatchObject({ code: "WS_ERR_INVALID_UTF8", closeCode: 1007 });
  });

  it("takes any reason when text is not checked either", () => {
    const payload = Buffer.of(3, 0xe8, 0xff);
    expect(decodeClosePayload(payload, { skipsUtf8Check: true })).toEqual({ code: 1000, reason: Buffer.of(0xff) });
  });

  it("takes 123 bytes of reason and not one more", () => {
    expect(closeStatus(1000, "x".repeat(123)).reason).toHaveLength(123);
    for (const reason of ["x".repeat(124), "ü".repeat(62)]) {
      expect(() => closeStatus(1000, reason)).toThrow(
        expect.objectContaining({
          name: "RangeError",
          message: "The message must not be greater than 123 bytes",
          cause: 124,
        }),
      );
    }
  });

  it.each([null, [65, 66], Object("boxed")])("refuses %j for a reason, which would be lost", (reason) => {
    expect(() => closeStatus(1000, reason as string)).toThrow("Second argument must be a string or a Uint8Array");
  });

  it.each([5, true, {}, [], new ArrayBuffer(2)])("takes %j for no reason", (reason) => {
    expect(closeStatus(1000, reason as unknown as string).reason).toHaveLength(0);
  });

  it("measures typed arrays in bytes and copies them (CVE-2026-45736)", () => {
    const values = new Float32Array(2).fill(1);
    const status = closeStatus(1000, values as unknown as Uint8Array);
    expect(status.reason).toEqual(Buffer.from(values.slice().buffer));
    values.fill(2);
    expect(status.reason[3]).toBe(0x3f);
    expect(() => closeStatus(1000, new Float32Array(31) as unknown as Uint8Array)).toThrow(RangeError);
  });
});
