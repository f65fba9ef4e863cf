import { describe, expect, it } from "vitest";
import { NameTable } from "./name-table.js";

function filled(...names: string[]): NameTable<number> {
  const table = new NameTable<number>();
  for (const [index, name] of names.entries()) table.set(name, index + 1);
  return table;
}

describe("NameTable", () => {
  it.each([
    ["nothing", [], []],
    ["one entry", ["/"], [1]],
    ["one entry, set again", ["/", "/"], [2]],
    ["two entries", ["/", "/a"], [1, 2]],
    ["two entries, the first set again", ["/", "/a", "/"], [3, 2]],
  ])("holds %s", (_title, names, values) => {
    const table = filled(...names);
    expect(table.values()).toEqual(values);
    expect(table.size).toBe(values.length);
    expect([...table.asMap().values()]).toEqual(values);
  });

  it.each([["/"], ["/a"]])("forgets %s of two", (name) => {
    const table = filled("/", "/a");
    table.delete(name);
    expect(table.has(name)).toBe(false);
    expect(table.size).toBe(1);
  });

  it("forgets its only entry, and no other", () => {
    const table = filled("/");
    table.delete("/a");
    expect(table.get("/")).toBe(1);
    table.delete("/");
    expect(table.get("/")).toBeUndefined();
    table.set("/a", 2);
    expect(table.values()).toEqual([2]);
  });

  it.each([[["/"]], [["/", "/a"]]])("is empty when cleared (%j)", (names) => {
    const table = filled(...names);
    table.clear();
    expect(table.values()).toEqual([]);
    expect(table.size).toBe(0);
  });

  it("hands out values that do not change while they are walked", () => {
    const table = filled("/", "/a");
    const values = table.values();
    table.clear();
    expect(values).toEqual([1, 2]);
  });

  it("knows what is done to its map", () => {
    const table = filled("/");
    const map = table.asMap();
    map.set("/a", 2).delete("/");
    expect(table.values()).toEqual([2]);
    table.set("/b", 3);
    expect([...map.keys()]).toEqual(["/a", "/b"]);
  });
});
