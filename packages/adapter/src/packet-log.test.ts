import { describe, expect, it } from "vitest";
import { PacketLog } from "./packet-log.js";

const ROOMY = { maxBytes: 1e9, maxPackets: 1e6 };

function collect(log: PacketLog, after: number): unknown[] {
  const found: unknown[] = [];
  log.visitAfter(after, (packet) => found.push(packet.data[0]));
  return found;
}

describe("PacketLog", () => {
  it("numbers packets from 1 and finds those after a packet", () => {
    const log = new PacketLog(ROOMY, () => true);
    for (const name of ["a", "b", "c"]) {
      log.append([name], [], [], 10, 0);
    }
    expect(log.lastSequence).toBe(3);
    expect(collect(log, 0)).toEqual(["a", "b", "c"]);
    expect(collect(log, 2)).toEqual(["c"]);
    expect(collect(log, 3)).toEqual([]);
  });

  it.each([
    ["at the byte bound", { maxBytes: 2 * (10 + 256), maxPackets: 100 }, 2],
    ["one byte below it", { maxBytes: 2 * (10 + 256) - 1, maxPackets: 100 }, 1],
    ["at the packet bound", { maxBytes: 1e9, maxPackets: 2 }, 2],
    ["without any room", { maxBytes: 0, maxPackets: 100 }, 0],
  ])("keeps the newest packets %s", (_title, limits, size) => {
    const log = new PacketLog(limits, () => true);
    for (let index = 0; index < 5; index++) {
      log.append([index], [], [], 10, 0);
    }
    expect(log.size).toBe(size);
    expect(log.bytes).toBe(size * 266);
    expect(log.evictedThrough).toBe(5 - size);
    expect(log.lostToAll(() => false)).toBe(5 - size);
    expect(collect(log, 0)).toHaveLength(size);
  });

  it("lets packets go by age", () => {
    const log = new PacketLog(ROOMY, () => true);
    log.append(["a"], [], [], 10, 100);
    log.append(["b"], [], [], 10, 200);
    expect(log.oldestAtMs).toBe(100);
    log.expire(100);
    expect(log.size).toBe(2);
    log.expire(101);
    expect(collect(log, 0)).toEqual(["b"]);
    log.expire(1000);
    expect([log.size, log.bytes, log.oldestAtMs]).toEqual([0, 0, null]);
    expect(log.append(["c"], [], [], 10, 300).sequence).toBe(3);
  });

  it("records what rooms of interest have lost, and forgets it", () => {
    const log = new PacketLog(ROOMY, (room) => room !== "deserted");
    log.append(["a"], ["r", "s"], [], 1, 0);
    log.append(["b"], ["r", "deserted"], [], 1, 0);
    log.append(["c"], ["s"], ["t"], 1, 10);
    log.expire(5);
    expect(["r", "s", "deserted"].map((room) => log.lostTo(room, () => false))).toEqual([2, 1, 0]);
    expect(log.lostToAll(() => false)).toBe(0);
    expect(["r", "s", "t", "deserted"].map((room) => log.lastNaming(room))).toEqual([2, 3, 3, 0]);
    log.forgetRoom("r");
    expect(log.lostTo("r", () => false)).toBe(0);
  });

  it("counts no packet as lost to who was always in the one room it was kept from", () => {
    const log = new PacketLog(ROOMY, () => true);
    log.append(["to all"], [], [], 1, 0);
    log.append(["own"], [], ["a"], 1, 0);
    log.append(["own, to a room"], ["r"], ["a"], 1, 0);
    log.append(["own"], [], ["a"], 1, 0);
    log.expire(1);
    const isIn = (own: string) => (room: string) => room === own;
    expect([log.lostToAll(isIn("a")), log.lostToAll(isIn("b"))]).toEqual([1, 4]);
    expect([log.lostTo("r", isIn("a")), log.lostTo("r", isIn("b"))]).toEqual([0, 3]);
    log.append(["of another"], [], ["b"], 1, 2);
    log.append(["kept from both"], [], ["a", "b"], 1, 2);
    log.expire(3);
    expect([log.lostToAll(isIn("a")), log.lostToAll(isIn("b"))]).toEqual([6, 6]);
  });

  it("stays small and right over many packets", () => {
    const log = new PacketLog({ maxBytes: 1e9, maxPackets: 1500 }, () => true);
    for (let index = 1; index <= 20_000; index++) {
      log.append([index], [], [], 1, 0);
    }
    expect(collect(log, 19_998)).toEqual([19_999, 20_000]);
    expect(collect(log, 0)[0]).toBe(18_501);
    expect(log.size).toBe(1500);
  });

  it("is empty after clear, and vouches for nothing before it", () => {
    const log = new PacketLog(ROOMY, () => true);
    log.append(["a"], [], [], 1, 0);
    log.clear();
    expect([log.size, log.bytes, log.lostToAll(() => false), log.evictedThrough]).toEqual([0, 0, 1, 1]);
  });
});
