import { describe, expect, it } from "vitest";
import { NamespaceTable, type ParentNspNameMatchFn } from "./namespace-table.js";

type Nsp = { name: string; isEmpty: boolean; createChild(name: string): Nsp; removeChild(): void };

const parent = (label: string): Nsp => ({
  name: label,
  isEmpty: true,
  createChild: (name) => ({ ...parent(label), name: `${label}:${name}` }),
  removeChild: () => {},
});

function start(maxEmptyChildren = 0): {
  table: NamespaceTable<Nsp, Nsp>;
  children: string[];
  removed: string[];
  failures: string[];
  find: (name: string) => string | null | undefined;
} {
  const children: string[] = [];
  const removed: string[] = [];
  const failures: string[] = [];
  const table = new NamespaceTable<Nsp, Nsp>(
    {
      onChild: ({ name }) => children.push(name),
      onChildRemoved: ({ name }) => removed.push(name),
      onMatcherFailed: (error, name) => failures.push(`${name} ${String(error)}`),
    },
    maxEmptyChildren,
  );
  const find = (name: string): string | null | undefined => {
    let found: string | null | undefined;
    table.find(name, { auth: {} }, (nsp) => (found = nsp === null ? null : nsp.name));
    return found;
  };
  return { table, children, removed, failures, find };
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
    table.find("/x", { auth: {} }, (nsp) => found.push(nsp));
    table.find("/x", { auth: {} }, (nsp) => found.push(nsp));
    for (const answer of answers) answer();
    expect(found[0]).toBe(found[1]);
    expect(children).toHaveLength(1);
  });

  it.each([/x/g, /x/y])("refuses the stateful pattern %s", (pattern) => {
    expect(() => start().table.addPattern(pattern, parent("p"))).toThrow(
      "stateful regular expressions are not supported",
    );
  });

  it("takes a matcher that throws, or whose promise is rejected, for a no", async () => {
    const { table, failures, find } = start();
    table.addMatcher(() => {
      throw new Error("first");
    }, parent("a"));
    table.addMatcher(() => Promise.reject(new Error("second")) as never, parent("b"));
    const found: unknown[] = [];
    table.find("/x", { auth: {} }, (nsp) => found.push(nsp));
    expect(found).toEqual([]);
    await new Promise(setImmediate);
    expect(found).toEqual([null]);
    expect(failures).toEqual(["/x Error: first", "/x Error: second"]);
    expect(find("/y")).toBeUndefined();
  });

  it.each([
    [4_096, 1],
    [4_097, 0],
  ])("of %i characters are made %i times", (length, count) => {
    const { table, children, find } = start();
    table.addPattern(/^\/d/, parent("p"));
    find("/".padEnd(length, "d"));
    expect(children).toHaveLength(count);
  });
});

describe("namespaces made by a pattern, once empty", () => {
  it("go at once when none are kept; others stay", () => {
    const { table, removed, find } = start();
    table.byName.set("/a", parent("/a"));
    table.addPattern(/^\/dyn/, parent("p"));
    find("/dyn");
    table.onEmpty("/a");
    table.onEmpty("/dyn");
    expect(removed).toEqual(["p:/dyn"]);
    expect([...table.byName.keys()]).toEqual(["/a"]);
  });

  it("go when there are too many, the one left first before the others", () => {
    const { table, removed, find } = start(2);
    table.addPattern(/^\/dyn/, parent("p"));
    for (const name of ["/dyn1", "/dyn2", "/dyn3"]) find(name);
    for (const name of ["/dyn1", "/dyn2", "/dyn1", "/dyn3"]) table.onEmpty(name);
    expect(removed).toEqual(["p:/dyn2"]);
  });

  it("stay when they have been joined again", () => {
    const { table, removed, find } = start(1);
    table.addPattern(/^\/dyn/, parent("p"));
    for (const name of ["/dyn1", "/dyn2"]) find(name);
    table.onEmpty("/dyn1");
    (table.byName.get("/dyn1") as Nsp).isEmpty = false;
    table.onEmpty("/dyn2");
    expect(removed).toEqual([]);
    expect(table.byName.size).toBe(2);
  });
});
