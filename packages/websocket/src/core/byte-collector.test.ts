import { describe, expect, it } from "vitest";
import { ByteCollector } from "./byte-collector.js";

describe("a byte collector", () => {
  it("gives what was put in, cut anywhere", () => {
    const bytes = Buffer.from("some bytes, in order");
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const collector = new ByteCollector();
        collector.append(bytes.subarray(0, first));
        collector.append(bytes.subarray(first, second));
        collector.append(bytes.subarray(second));
        expect(collector.length).toBe(bytes.length);
        expect(collector.take().toString()).toBe("some bytes, in order");
      }
    }
  });

  it.each<[string, readonly number[]]>([
    ["one byte", [1]],
    ["small and large by turns", [1, 1024, 1023, 5000]],
    ["all sizes", [1023, 1024, 1025, 2047, 2048, 2049, 0, 7]],
  ])("keeps the order of pieces of %s", (_title, sizes) => {
    const bytes = Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * 7919) & 0xff));
    const collector = new ByteCollector();
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const end = at + (sizes.at(turn % sizes.length) ?? 1);
      collector.append(bytes.subarray(at, end));
      at = end;
    }
    expect(collector.length).toBe(bytes.length);
    expect(collector.take().equals(bytes)).toBe(true);
  });

  it("does not copy the only piece, which most bodies are", () => {
    const piece = Buffer.alloc(10);
    const collector = new ByteCollector();
    collector.append(piece);
    expect(collector.take()).toBe(piece);
  });

  it("is empty when it has been taken from", () => {
    const collector = new ByteCollector();
    collector.append(Buffer.from("a"));
    collector.append(Buffer.from("b"));
    collector.take();
    expect(collector.length).toBe(0);
    expect(collector.take().length).toBe(0);
    collector.append(Buffer.from("c"));
    collector.append(Buffer.from("d"));
    expect(collector.take().toString()).toBe("cd");
  });
});
