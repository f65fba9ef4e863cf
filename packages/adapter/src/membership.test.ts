import { describe, expect, it } from "vitest";
import type { LossRecord } from "./membership.js";
import { Membership } from "./membership.js";

const NOTHING_LOST: LossRecord = { evictedThrough: 0, lostToAll: () => 0, lostTo: () => 0 };

function lost(evictedThrough: number, toRooms: Record<string, number> = {}, lostToAll = 0): LossRecord {
  return { evictedThrough, lostToAll: () => lostToAll, lostTo: (room) => toRooms[room] ?? 0 };
}

/** Connected at 10, in `own` since then, in `late` since 20, in `past` from 15 to 30. */
function createMember(): Membership {
  const member = new Membership(10);
  member.join("own", 10);
  member.join("past", 15);
  member.join("late", 20);
  member.leave("past", 30, 0);
  return member;
}

describe("Membership, which packets were for a socket", () => {
  it.each([
    ["to all, before it connected", 10, [], [], false],
    ["to all, after it connected", 11, [], [], true],
    ["to its own room", 11, ["own"], [], true],
    ["to a room before it joined", 20, ["late"], [], false],
    ["to a room after it joined", 21, ["late"], [], true],
    ["to a room it has left, before it joined", 15, ["past"], [], false],
    ["to a room it has left, while in it", 16, ["past"], [], true],
    ["to a room it has left, last packet", 30, ["past"], [], true],
    ["to a room it has left, after it left", 31, ["past"], [], false],
    ["to one of several rooms", 25, ["other", "late"], [], true],
    ["to a room of others", 25, ["other"], [], false],
    ["to all but itself", 25, [], ["own"], false],
    ["to all but a room it joined later", 18, [], ["late"], true],
    ["to all but a room it was in then", 18, [], ["past"], false],
    ["to all but a room it has left before", 31, [], ["past"], true],
  ])("%s", (_title, sequence, rooms, except, expected) => {
    expect(createMember().covers({ sequence, rooms, except })).toBe(expected);
  });
});

describe("Membership, whether all that was missed is known", () => {
  it.each([
    ["nothing has left the log", 12, NOTHING_LOST, true],
    ["only what was received has left", 12, lost(12, { own: 12 }), true],
    ["packets of others have left", 30, lost(50, { other: 50 }), true],
    ["a packet for its own room has left", 30, lost(50, { own: 31 }), false],
    ["a packet for all has left", 30, lost(50, {}, 31), false],
    ["a packet for a room it joined later has left", 30, lost(50, { late: 31 }), false],
    ["a packet for a room it had left has left", 12, lost(50), false],
    ["packets that may have been for a room it had left have left", 12, lost(25), false],
    ["packets from before it joined a room have left", 12, lost(14, { late: 14 }), true],
  ])("%s", (_title, received, loss, expected) => {
    expect(createMember().isComplete(received, loss)).toBe(expected);
  });

  it("counts nothing as received before the socket connected", () => {
    expect(createMember().receivedThrough(3)).toBe(10);
    expect(createMember().receivedThrough(11)).toBe(11);
  });
});

describe("Membership, coming and going", () => {
  it("does not remember a membership in which no packet was sent", () => {
    const member = new Membership(10);
    for (let round = 0; round < 1000; round++) {
      member.join("r", 10);
      member.leave("r", 10, 0);
    }
    expect(member.isComplete(10, lost(50))).toBe(true);
  });

  it("remembers a bounded number of past memberships and does not vouch for the others", () => {
    const member = new Membership(0);
    for (let sequence = 1; sequence <= 201; sequence += 2) {
      member.join("r", sequence);
      member.leave("r", sequence + 1, 0);
    }
    expect(member.isComplete(1, NOTHING_LOST)).toBe(false);
    expect(member.isComplete(2, NOTHING_LOST)).toBe(true);
    expect(member.covers({ sequence: 2, rooms: ["r"], except: [] })).toBe(false);
    expect(member.covers({ sequence: 4, rooms: ["r"], except: [] })).toBe(true);
  });

  it("ignores joining twice and leaving what it is not in", () => {
    const member = new Membership(0);
    member.join("r", 5);
    member.join("r", 9);
    member.leave("x", 9, 0);
    expect(member.covers({ sequence: 6, rooms: ["r"], except: [] })).toBe(true);
    expect([...member.rooms]).toEqual(["r"]);
  });
});
