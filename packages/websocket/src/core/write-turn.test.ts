import { beforeEach, describe, expect, it } from "vitest";
import { WriteTurn } from "./write-turn.js";

describe("what is written in a turn of the event loop", () => {
  let nowMs: number;
  let ticks: (() => void)[];
  let ends: (() => void)[];
  let flushed: string[];
  let turn: WriteTurn;

  beforeEach(() => {
    nowMs = 0;
    [ticks, ends, flushed] = [[], [], []];
    turn = new WriteTurn({
      nowMs: () => nowMs,
      afterTick: (run) => ticks.push(run),
      afterReads: (run) => ends.push(run),
    });
  });

  const write = (name: string): void => turn.add({ flush: () => flushed.push(name) });
  const run = (phase: (() => void)[]): void => phase.splice(0).forEach((call) => call());

  it("leaves with the tick where nothing is read", () => {
    write("a");
    write("b");
    expect([flushed, ticks.length, ends.length]).toEqual([[], 1, 0]);
    run(ticks);
    expect(flushed).toEqual(["a", "b"]);
  });

  it("leaves after all sockets have been read", () => {
    turn.beginRead();
    write("a");
    turn.beginRead();
    write("b");
    expect([flushed, ticks.length, ends.length]).toEqual([[], 0, 1]);
    run(ends);
    expect(flushed).toEqual(["a", "b"]);
  });

  it("leaves with the tick again once the reads are over, also when they were answered by nothing", () => {
    turn.beginRead();
    run(ends);
    write("a");
    expect(ticks).toHaveLength(1);
    run(ticks);
    expect(flushed).toEqual(["a"]);
  });

  it("does not wait for the sockets behind a slow listener", () => {
    turn.beginRead();
    write("a");
    nowMs = 0.9;
    turn.beginRead();
    expect(ticks).toHaveLength(0);
    nowMs = 1;
    turn.beginRead();
    run(ticks);
    expect(flushed).toEqual(["a"]);
    write("b");
    expect(ticks).toHaveLength(0);
    run(ends);
    expect(flushed).toEqual(["a", "b"]);
  });

  it("leaves at once when it is flushed, and not again", () => {
    turn.beginRead();
    write("a");
    turn.flushAll();
    run(ends);
    expect(flushed).toEqual(["a"]);
  });

  it("goes on after a writer that throws", () => {
    turn.beginRead();
    turn.add({
      flush: () => {
        throw new Error("of a listener");
      },
    });
    write("b");
    expect(() => run(ends)).toThrow("of a listener");
    run(ticks);
    expect(flushed).toEqual(["b"]);
  });

  it.each(["outside of reads", "in reads"])("leaves at once when the program ends: %s", (when) => {
    if (when === "in reads") turn.beginRead();
    write("a");
    turn.end();
    write("b");
    write("c");
    expect(flushed).toEqual(["a", "b", "c"]);
  });
});
