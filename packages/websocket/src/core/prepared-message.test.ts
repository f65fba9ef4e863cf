import { describe, expect, it, vi } from "vitest";
import type { MessageDeflater } from "./compression-port.js";
import { frame } from "./frame-encoder.js";
import { PreparedMessage } from "./prepared-message.js";

function deflater(sharedWindowBits: number, longest = Infinity): MessageDeflater & { calls: number } {
  return {
    calls: 0,
    thresholdBytes: 0,
    sharedWindowBits,
    deflate: () => {},
    deflateShared(payload) {
      this.calls++;
      return payload.length > longest ? null : Buffer.from(`${sharedWindowBits}:${payload.toString()}`);
    },
    dispose: () => {},
  };
}

describe("a prepared message", () => {
  it.each([
    ["short ASCII text", "hello", 0x81, "\x81\x05hello"],
    ["other text", "é", 0x81, null],
    ["long text", "a".repeat(70_000), 0x81, null],
    ["binary", Buffer.from("bytes"), 0x82, null],
    ["long binary", Buffer.alloc(300), 0x82, null],
  ] as const)("has one frame: %s", (_title, data, first, asString) => {
    const message = new PreparedMessage(data);
    const expected = frame(first, Buffer.from(data));
    expect(message.frame.equals(expected)).toBe(true);
    expect(message.frame).toBe(message.frame);
    expect(message.bytes).toBe(message.bytes);
    expect(message.opcode).toBe(first & 0x0f);
    expect(message.frameString).toBe(asString);
    expect(message.frameString).toBe(asString);
    const [header, payload] = message.frameViews;
    expect(Buffer.concat([header, payload]).equals(expected)).toBe(true);
    expect(payload.equals(Buffer.from(data))).toBe(true);
    expect(header.buffer).toBe(message.frame.buffer);
  });

  it("is looked at once for all recipients whether it can be a string", () => {
    const count = vi.spyOn(Buffer, "byteLength");
    const message = new PreparedMessage("é".repeat(100));
    for (let recipient = 0; recipient < 10; recipient++) expect(message.frameString).toBeNull();
    expect(count).toHaveBeenCalledTimes(1);
    count.mockRestore();
  });

  it("is deflated once for all connections with the same window (RFC 7692 §7.2.1)", () => {
    const message = new PreparedMessage("hello");
    const wide = deflater(15);
    const narrow = deflater(9);
    expect(message.deflatedFrame(wide)?.toString("latin1")).toBe("\xc1\x0815:hello");
    expect(message.deflatedFrame(deflater(15))).toBe(message.deflatedFrame(wide));
    expect(message.deflatedFrame(narrow)?.toString("latin1")).toBe("\xc1\x079:hello");
    expect(wide.calls).toBe(1);
  });

  it("remembers that it is too long to be deflated at once", () => {
    const message = new PreparedMessage(Buffer.from("too long"));
    const limited = deflater(15, 3);
    expect(message.deflatedFrame(limited)).toBeNull();
    expect(message.deflatedFrame(limited)).toBeNull();
    expect(limited.calls).toBe(1);
  });
});
