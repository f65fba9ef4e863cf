import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOpenPacket } from "./open-packet.js";

const good = { sid: "abc", upgrades: ["websocket"], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1e6 };

describe("Engine.IO v4, Handshake (client)", () => {
  it("reads what a server sends", () => {
    expect(readOpenPacket(JSON.stringify(good))).toEqual(good);
    const { maxPayload: _, ...old } = good;
    expect(readOpenPacket(JSON.stringify(old))).toEqual(old);
    // A server whose `maxHttpBufferSize` is Infinity.
    expect(readOpenPacket(JSON.stringify({ ...good, maxPayload: Infinity })).maxPayload).toBeNull();
  });

  it("sid of 4096 characters, and one more", () => {
    expect(readOpenPacket(JSON.stringify({ ...good, sid: "x".repeat(4096) })).sid).toHaveLength(4096);
    expect(() => readOpenPacket(JSON.stringify({ ...good, sid: "x".repeat(4097) }))).toThrow(
      "invalid open packet: sid",
    );
  });

  it.each(Object.keys(good))("any other value of %s is refused by name", (field) => {
    for (const value of [null, true, "", [null], {}, -1]) {
      if (field === "upgrades" && Array.isArray(value)) continue;
      if (field === "maxPayload" && value === null) continue;
      const text = JSON.stringify({ ...good, [field]: value });
      expect(() => readOpenPacket(text)).toThrow(`invalid open packet: ${field} is ${JSON.stringify(value)}`);
    }
  });

  it("cut anywhere it is refused", () => {
    const text = JSON.stringify(good);
    for (let i = 0; i < text.length; i++) expect(() => readOpenPacket(text.slice(0, i))).toThrow("invalid open packet");
  });

  it("throws nothing but its own error", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.constant(undefined)), (text) => {
        try {
          readOpenPacket(text);
        } catch (error) {
          expect((error as Error).message).toMatch(/^invalid open packet: /);
        }
      }),
    );
  });
});
