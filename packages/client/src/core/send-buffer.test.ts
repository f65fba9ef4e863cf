import { describe, expect, it } from "vitest";
import { EVENT, type Packet } from "./packet.js";
import { pushBounded, type BufferLimits } from "./send-buffer.js";

const packet = (id: number): Packet => ({ type: EVENT, nsp: "/", id });
const ids = (packets: readonly Packet[]): unknown[] => packets.map(({ id }) => id);

/** Pushes packets 1 to 4, each of 10 bytes. */
function fill(limits: BufferLimits): { kept: unknown[]; dropped: unknown[] } {
  const buffer: Packet[] = [];
  const dropped = [1, 2, 3, 4].flatMap((id) => pushBounded(buffer, packet(id), limits, () => 10));
  return { kept: ids(buffer), dropped: ids(dropped) };
}

describe("send buffer", () => {
  it.each([
    ["keeps everything", {}, [1, 2, 3, 4], []],
    ["drops the newest above a number of packets", { maxBufferedPackets: 2 }, [1, 2], [3, 4]],
    [
      "drops the oldest above a number of packets",
      { maxBufferedPackets: 2, bufferPolicy: "drop-oldest" },
      [3, 4],
      [1, 2],
    ],
    ["keeps what fits exactly", { maxBufferedBytes: 40 }, [1, 2, 3, 4], []],
    ["drops the newest above a number of bytes", { maxBufferedBytes: 39 }, [1, 2, 3], [4]],
    ["drops the oldest above a number of bytes", { maxBufferedBytes: 39, bufferPolicy: "drop-oldest" }, [2, 3, 4], [1]],
    ["keeps nothing", { maxBufferedPackets: 0, bufferPolicy: "drop-oldest" }, [], [1, 2, 3, 4]],
    [
      "drops a packet that is too large by itself",
      { maxBufferedBytes: 9, bufferPolicy: "drop-oldest" },
      [],
      [1, 2, 3, 4],
    ],
  ] as const)("%s", (_title, limits, kept, dropped) => {
    expect(fill(limits)).toEqual({ kept, dropped });
  });

  it("measures a packet when it comes and when it goes, and all only when a program has changed the buffer", () => {
    const limits: BufferLimits = { maxBufferedBytes: 30, bufferPolicy: "drop-oldest" };
    const buffer: Packet[] = [];
    const measured: unknown[] = [];
    const push = (id: number): unknown[] => {
      measured.length = 0;
      pushBounded(buffer, packet(id), limits, (each) => measured.push(each.id) && 10);
      return [ids(buffer), [...measured]];
    };
    push(1);
    push(2);
    expect(push(3)).toEqual([[1, 2, 3], [3]]);
    expect(push(4)).toEqual([
      [2, 3, 4],
      [4, 1],
    ]);
    buffer.shift();
    expect(push(5)).toEqual([
      [3, 4, 5],
      [3, 4, 5],
    ]);
    expect(push(6)).toEqual([
      [4, 5, 6],
      [6, 3],
    ]);
  });

  it("does not measure packets when bytes do not matter", () => {
    pushBounded([], packet(1), { maxBufferedPackets: 1 }, () => expect.fail("measured"));
  });
});
