import { onRejection, throwLater } from "@halyard/engine";
import type { NamespaceAsker } from "./connection-ports.js";
import type { Auth } from "./handshake.js";
import type { Untyped } from "./typed-events.js";

/** Longest name a dynamic namespace may have, in characters. */
const MAX_DYNAMIC_NAME = 4_096;

/** Decides whether a dynamic namespace may exist: `next(err, allow)`. */
export type ParentNspNameMatchFn = (
  name: string,
  auth: { [key: string]: Untyped },
  fn: (err: Error | null, success: boolean) => void,
) => void;

/** What the table asks of a namespace. */
export interface Listed {
  /** Nobody is in it, nor about to join. */
  readonly isEmpty: boolean;
}

/** What the table tells. */
export interface TableSink<Nsp> {
  /** A namespace was made by a pattern. */
  onChild(child: Nsp): void;
  /** A namespace made by a pattern is no longer to be found. */
  onChildRemoved(child: Nsp): void;
  /** A matcher threw, or its promise was rejected. */
  onMatcherFailed(error: unknown, name: string): void;
}

/** What the table asks of a parent namespace. */
export interface Parent<Nsp> {
  createChild(name: string): Nsp;
  removeChild(child: Nsp): void;
}

/** Namespaces by name, and the patterns others come into being by. */
export class NamespaceTable<Nsp extends Listed, ParentNsp extends Nsp & Parent<Nsp>> {
  readonly byName: Map<string, Nsp> = new Map();
  readonly parents: Map<ParentNspNameMatchFn, ParentNsp> = new Map();
  private readonly patterns: Map<RegExp, ParentNsp> = new Map();
  private readonly parentOf: Map<string, ParentNsp> = new Map();
  /** Children that have been left, the longest ago first. Some may have been joined again. */
  private readonly left: Set<string> = new Set();
  private readonly sink: TableSink<Nsp>;
  private readonly maxEmptyChildren: number;

  /** @param maxEmptyChildren how many namespaces made by a pattern are kept while nobody is in them */
  constructor(sink: TableSink<Nsp>, maxEmptyChildren: number) {
    this.sink = sink;
    this.maxEmptyChildren = maxEmptyChildren;
  }

  /** @throws Error for a pattern with the flags `g` or `y`: each test would depend on the one before */
  addPattern(pattern: RegExp, parent: ParentNsp): void {
    if (pattern.global || pattern.sticky) throw new Error("stateful regular expressions are not supported");
    this.patterns.set(pattern, parent);
    this.parents.set((name, _auth, next) => next(null, pattern.test(name)), parent);
  }

  addMatcher(matcher: ParentNspNameMatchFn, parent: ParentNsp): void {
    this.parents.set(matcher, parent);
  }

  /** The child a name becomes by a regular expression; undefined when none matches. */
  matchPattern(name: string): Nsp | undefined {
    for (const [pattern, parent] of this.patterns) if (pattern.test(name)) return this.createChild(parent, name);
    return undefined;
  }

  /** Finds a namespace, or asks the matchers in the order of their registration; `found` may be called at once. */
  find(name: string, asker: NamespaceAsker, found: (nsp: Nsp | null) => void): void {
    const nsp = this.byName.get(name);
    if (nsp !== undefined || name.length > MAX_DYNAMIC_NAME) {
      found(nsp ?? null);
      return;
    }
    const matchers = this.parents.entries();
    const next = (): void => {
      const entry = matchers.next();
      if (entry.done === true) {
        found(null);
        return;
      }
      const [matcher, parent] = entry.value;
      let answered = false;
      const answer = (error: unknown, allow: boolean): void => {
        if (answered) return;
        answered = true;
        if (error || !allow) next();
        else this.conclude(parent, name, found);
      };
      this.ask(matcher, name, asker.auth, answer);
    };
    next();
  }

  /** Nobody is in a namespace any more. The child left first goes when there are too many empty ones. */
  onEmpty(name: string): void {
    if (!this.parentOf.has(name)) return;
    this.left.delete(name);
    this.left.add(name);
    for (const first of this.left) {
      if (this.left.size <= this.maxEmptyChildren) return;
      this.left.delete(first);
      if (this.byName.get(first)?.isEmpty === true) this.removeChild(first);
    }
  }

  /** What throws here is a listener or an adapter: the matcher which called us has not failed, and the client gets its answer. */
  private conclude(parent: ParentNsp, name: string, found: (nsp: Nsp | null) => void): void {
    try {
      if (!this.byName.has(name)) this.createChild(parent, name); // another client may have been faster
    } catch (error) {
      throwLater(error);
    }
    try {
      found(this.byName.get(name) ?? null);
    } catch (error) {
      throwLater(error);
    }
  }

  /** A matcher that fails has said no. */
  private ask(
    matcher: ParentNspNameMatchFn,
    name: string,
    auth: Auth,
    answer: (error: unknown, allow: boolean) => void,
  ): void {
    const fail = (error: unknown): void => {
      this.sink.onMatcherFailed(error, name);
      answer(error, false);
    };
    try {
      onRejection(matcher(name, auth, answer), fail);
    } catch (error) {
      fail(error);
    }
  }

  private removeChild(name: string): void {
    const child = this.byName.get(name) as Nsp;
    this.parentOf.get(name)?.removeChild(child);
    this.parentOf.delete(name);
    this.byName.delete(name);
    this.sink.onChildRemoved(child);
  }

  private createChild(parent: ParentNsp, name: string): Nsp {
    const child = parent.createChild(name);
    this.byName.set(name, child);
    this.parentOf.set(name, parent);
    this.sink.onChild(child);
    return child;
  }
}
