import { describe, expect, it } from "vitest";
import { PreparedOptions } from "./prepared-options.js";

describe("PreparedOptions", () => {
  it("frames a single text packet as an Engine.IO message, once", () => {
    const options = new PreparedOptions(["123"], undefined);
    const [header, payload] = options.wsPreEncodedFrame ?? [];
    expect(header).toEqual(Buffer.from([0x81, 4]));
    expect(payload).toEqual(Buffer.from("4123"));
    expect(options.wsPreEncodedFrame?.[1]?.buffer).toBe(payload?.buffer);
    expect(options.prepared?.data).toBe("4123");
  });

  it.each([
    ["a packet with an attachment", ["51-", Buffer.from([1])]],
    ["a binary packet", [Buffer.from([1])]],
    ["nothing", []],
  ])("does not frame %s", (_title, encoded) => {
    const options = new PreparedOptions(encoded, undefined);
    expect(options.prepared).toBeNull();
    expect(options.wsPreEncodedFrame).toBeUndefined();
  });

  it("says that the packet is encoded, and how to send it", () => {
    const options = new PreparedOptions(["1"], { volatile: true, compress: false });
    expect(options.preEncoded).toBe(true);
    expect(options.volatile).toBe(true);
    expect(options.compress).toBe(false);
  });
});
