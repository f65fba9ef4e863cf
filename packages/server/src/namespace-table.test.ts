import { describe, expect, it } from "vitest";
import { NamespaceTable, type ParentNspNameMatchFn } from "./namespace-table.js";

type Nsp = { name: string; createChild(name: string): Nsp; removeChild(): void };

const parent = (label: string): Nsp => ({
  name: label,
  createChild: (name) => ({ ...parent(label), name: `${label}:${name}` }),
  removeChild: () => {},
});

function start(): {
  table: NamespaceTable<Nsp, Nsp>;
  children: string[];
  rejections: unknown[];
  find: (name: string) => string | null | undefined;
} {
  const children: string[] = [];
  const rejections: unknown[] = [];
  const table = new NamespaceTable<Nsp, Nsp>(
    (child) => children.push(child.name),
    (error, name) => rejections.push([(error as Error).message, name]),
  );
  const find = (name: string): string | null | undefined => {
    let found: string | null | undefined;
    table.find(name, {}, (nsp) => (found = nsp === null ? null : nsp.name));
    return found;
  };
  return { table, children, rejections, find };
}

describe("lookup of namespaces", () => {
  it("knows a name first, then asks matchers in order", () => {
    const { table, children, find } = start();
    const no: ParentNspNameMatchFn = (_name, _auth, next) => next(null, false);
    table.byName.set("/a", parent("/a"));
    table.addMatcher(no, parent("no"));
    table.addPattern(/^\/d/, parent("first"));
    table.addPattern(/^\/dyn/, parent("second"));
    expect(find("/a")).toBe("/a");
    expect(find("/dyn-1")).toBe("first:/dyn-1");
    expect(find("/dyn-1")).toBe("first:/dyn-1");
    expect(find("/x")).toBeNull();
    expect(children).toEqual(["first:/dyn-1"]);
  });

  it("takes an error of a matcher for a no, and its first answer only", () => {
    const { table, find } = start();
    table.addMatcher((_name, _auth, next) => next(new Error("no"), true), parent("a"));
    table.addMatcher((_name, _auth, next) => [next(null, true), next(null, true)], parent("b"));
    expect(find("/x")).toBe("b:/x");
  });

  it("uses the namespace another client brought into being meanwhile", () => {
    const { table, children } = start();
    const answers: (() => void)[] = [];
    table.addMatcher((_name, _auth, next) => answers.push(() => next(null, true)), parent("p"));
    const found: unknown[] = [];
    table.find("/x", {}, (nsp) => found.push(nsp));
    table.find("/x", {}, (nsp) => found.push(nsp));
    for (const answer of answers) answer();
    expect(found[0]).toBe(found[1]);
    expect(children).toHaveLength(1);
  });

  it.each([/x/g, /x/y])("refuses the stateful pattern %s", (pattern) => {
    expect(() => start().table.addPattern(pattern, parent("p"))).toThrow(
      "stateful regular expressions are not supported",
    );
  });

  it("forgets children only", () => {
    const { table, find } = start();
    table.byName.set("/a", parent("/a"));
    table.addPattern(/^\/dyn/, parent("p"));
    find("/dyn");
    expect(table.removeChild("/a")).toBeUndefined();
    expect(table.removeChild("/dyn")?.name).toBe("p:/dyn");
    expect(table.byName.has("/dyn")).toBe(false);
  });

  it("takes a rejected matcher for a no, and says so", async () => {
    const { table, rejections } = start();
    // oxlint-disable-next-line typescript/no-misused-promises -- people do it
    table.addMatcher(async () => Promise.reject(new Error("database is away")), parent("p"));
    expect(await new Promise((resolve) => table.find("/a", {}, resolve))).toBe(null);
    expect(rejections).toEqual([["database is away", "/a"]]);
  });
});
