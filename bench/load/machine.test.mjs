import { describe, expect, it } from "vitest";
import { assess, inspectMachine, leftOut } from "./machine.mjs";

describe("assess", () => {
  it("says nothing about a machine with two cores and enough descriptors", () => {
    expect(assess({ cores: 2, descriptors: 20_000 })).toEqual({ maxConnections: 19_800, notes: [] });
    expect(assess({ cores: 8, descriptors: Infinity })).toEqual({ maxConnections: Infinity, notes: [] });
  });

  it("goes on with one core, and says what that does to the figures", () => {
    const { notes } = assess({ cores: 1, descriptors: 20_000 });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain("only one core");
  });

  it.each([0, 256, 299])("stops with a limit of %i descriptors, and names the limit that is needed", (descriptors) => {
    expect(() => assess({ cores: 2, descriptors })).toThrow(
      `the file-descriptor limit is ${descriptors}, at least 300 are needed`,
    );
  });

  it("goes on with the lowest limit that does", () => {
    expect(assess({ cores: 2, descriptors: 300 }).maxConnections).toBe(100);
  });
});

describe("leftOut", () => {
  it("lets a row run that fits exactly", () => {
    expect(leftOut("broadcast-1000", 1_000, { maxConnections: 1_000 })).toBeNull();
  });

  it("names the row, what it holds, what is allowed, and what to type", () => {
    expect(leftOut("broadcast-1000", 1_000, { maxConnections: 824 })).toBe(
      "left out: broadcast-1000 holds 1000 connections, the file-descriptor limit allows 824 (raise it by ulimit -n 1200)",
    );
  });
});

describe("inspectMachine", () => {
  it("describes the machine it runs on", () => {
    expect(inspectMachine().summary).toMatch(/, \d+ cores, \d+ GiB, Node v\d+/);
  });
});
