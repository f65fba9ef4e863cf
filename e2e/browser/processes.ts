import { readdirSync, readFileSync } from "node:fs";

/** Ids of the processes that descend from `root`, by /proc; empty where there is none. */
export function descendantsOf(root: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const parent = parentOf(name);
    if (parent !== null) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  for (let next: number[] = [root]; next.length > 0;) {
    next = next.flatMap((id) => childrenOf.get(id) ?? []);
    found.push(...next);
  }
  return found;
}

function parentOf(process: string): number | null {
  try {
    // proc(5): the name of the program stands in parentheses, and may have some of its own.
    const [, , parent] = readFileSync(`/proc/${process}/stat`, "utf8").replace(/^.*\)/s, "x").split(" ");
    return Number(parent);
  } catch {
    return null; // it has just ended
  }
}
