import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../test/virtual-clock.js";
import type { AwaitedNodes } from "./awaited-nodes.js";
import { PendingRequests } from "./pending.js";

interface Outcome {
  error: string | null;
  responses: unknown[];
}

function open(awaited: AwaitedNodes): {
  pending: PendingRequests;
  clock: VirtualClock;
  outcomes: Outcome[];
  isOpen: boolean;
} {
  const clock = new VirtualClock();
  const pending = new PendingRequests(clock.schedule);
  const outcomes: Outcome[] = [];
  const isOpen = pending.open("id", awaited, ["own"], 100, {
    onComplete: (responses) => outcomes.push({ error: null, responses }),
    onTimeout: (error, responses) => outcomes.push({ error: error.message, responses }),
  });
  return { pending, clock, outcomes, isOpen };
}

const TWO: AwaitedNodes = { by: "count", expected: 2 };
const A_AND_B: AwaitedNodes = { by: "node", nodes: new Set(["a", "b"]) };

describe("PendingRequests", () => {
  it.each([
    ["two nodes", TWO],
    ["these nodes", A_AND_B],
  ])("is complete when all have answered: %s", (_title, awaited) => {
    const { pending, clock, outcomes } = open(awaited);
    pending.answer("id", "a", [1, 2]);
    expect(outcomes).toEqual([]);
    pending.answer("id", "b", []);
    expect(outcomes).toEqual([{ error: null, responses: ["own", 1, 2] }]);
    clock.advance(1000);
    pending.answer("id", "b", [3]);
    expect(outcomes).toHaveLength(1);
    expect([pending.size, clock.timers]).toEqual([0, 0]);
  });

  it.each([
    ["no nodes", { by: "count", expected: 0 }],
    ["fewer than no nodes", { by: "count", expected: -1 }],
    ["no known nodes", { by: "node", nodes: new Set<string>() }],
  ] as const)("is complete at once with %s", (_title, awaited) => {
    const { outcomes, isOpen, clock } = open(awaited);
    expect(isOpen).toBe(false);
    expect(outcomes).toEqual([{ error: null, responses: ["own"] }]);
    expect(clock.timers).toBe(0);
  });

  it.each([
    ["two nodes", TWO, "timeout reached: only 1 responses received out of 2"],
    ["these nodes", A_AND_B, "timeout reached: missing 1 responses"],
  ])("fails at the deadline with what has come: %s", (_title, awaited, error) => {
    const { pending, clock, outcomes } = open(awaited);
    pending.answer("id", "a", [1]);
    clock.advance(99);
    expect(outcomes).toEqual([]);
    clock.advance(1);
    expect(outcomes).toEqual([{ error, responses: ["own", 1] }]);
    expect(pending.size).toBe(0);
  });

  it.each([
    ["a second answer of a node", TWO, "a"],
    ["a second answer of a known node", A_AND_B, "a"],
  ])("ignores %s", (_title, awaited, uid) => {
    const { pending, clock, outcomes } = open(awaited);
    pending.answer("id", "a", [1]);
    pending.answer("id", uid, [2]);
    pending.answer("other", "b", [3]);
    clock.advance(100);
    expect(outcomes[0]?.responses).toEqual(["own", 1]);
  });

  it("takes what a node says that was not known when it was asked, and waits for the known ones", () => {
    const { pending, outcomes } = open(A_AND_B);
    pending.answer("id", "x", ["new"]);
    pending.answer("id", "x", ["again"]);
    pending.answer("id", "a", [1]);
    expect(outcomes).toEqual([]);
    pending.answer("id", "b", [2]);
    expect(outcomes).toEqual([{ error: null, responses: ["own", "new", 1, 2] }]);
  });

  it("does not wait for a node that has left", () => {
    const { pending, outcomes } = open(A_AND_B);
    pending.removeNode("x");
    pending.removeNode("a");
    expect(outcomes).toEqual([]);
    pending.answer("id", "b", [1]);
    expect(outcomes).toEqual([{ error: null, responses: ["own", 1] }]);
  });

  it("goes on waiting for a number of nodes when one leaves", () => {
    const { pending, outcomes } = open(TWO);
    pending.removeNode("a");
    pending.answer("id", "b", []);
    expect(outcomes).toEqual([]);
  });

  it.each([
    ["a node leaves", (pending: PendingRequests) => pending.removeNode("a")],
    ["all fail", (pending: PendingRequests) => pending.failAll()],
  ])("tells every sink when %s, also behind one that throws", (_title, end) => {
    const pending = new PendingRequests(() => () => {});
    const told: string[] = [];
    for (const id of ["first", "second"]) {
      const tell = (): void => {
        told.push(id);
        throw new Error(id);
      };
      pending.open(id, { by: "node", nodes: new Set(["a"]) }, [], 100, { onComplete: tell, onTimeout: tell });
    }
    expect(() => end(pending)).toThrow("first");
    expect([told, pending.size]).toEqual([["first", "second"], 0]);
  });

  it("can fail all at once", () => {
    const { pending, clock, outcomes } = open(TWO);
    pending.failAll();
    expect(outcomes).toEqual([{ error: "timeout reached: only 0 responses received out of 2", responses: ["own"] }]);
    expect(clock.timers).toBe(0);
  });
});
