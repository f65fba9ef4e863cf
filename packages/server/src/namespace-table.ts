import type { Auth } from "./handshake.js";
import type { Untyped } from "./typed-events.js";

/** Decides whether a dynamic namespace may exist: `next(err, allow)`. */
export type ParentNspNameMatchFn = (
  name: string,
  auth: { [key: string]: Untyped },
  fn: (err: Error | null, success: boolean) => void,
) => void;

/** What the table asks of a parent namespace. */
export interface Parent<Nsp> {
  createChild(name: string): Nsp;
  removeChild(child: Nsp): void;
}

/** Namespaces by name, and the patterns others come into being by. */
export class NamespaceTable<Nsp, ParentNsp extends Nsp & Parent<Nsp>> {
  readonly byName: Map<string, Nsp> = new Map();
  readonly parents: Map<ParentNspNameMatchFn, ParentNsp> = new Map();
  private readonly patterns: Map<RegExp, ParentNsp> = new Map();
  private readonly parentOf: Map<string, ParentNsp> = new Map();
  private readonly onChild: (child: Nsp) => void;
  private readonly onMatcherRejected: (error: unknown, name: string) => void;

  /**
   * @param onChild hears of each namespace made by a pattern
   * @param onMatcherRejected hears of each matcher whose promise was rejected: it does not allow the name
   */
  constructor(onChild: (child: Nsp) => void, onMatcherRejected: (error: unknown, name: string) => void) {
    this.onChild = onChild;
    this.onMatcherRejected = onMatcherRejected;
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
  find(name: string, auth: Auth, found: (nsp: Nsp | null) => void): void {
    const nsp = this.byName.get(name);
    if (nsp !== undefined) {
      found(nsp);
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
        else found(this.byName.get(name) ?? this.createChild(parent, name)); // another client may have been faster
      };
      const result: unknown = matcher(name, auth, answer);
      if (!(result instanceof Promise)) return;
      result.catch((error: unknown) => {
        this.onMatcherRejected(error, name);
        answer(error, false);
      });
    };
    next();
  }

  /** Forgets a namespace made by a pattern; undefined when it is not one. */
  removeChild(name: string): Nsp | undefined {
    const parent = this.parentOf.get(name);
    const child = this.byName.get(name);
    if (parent === undefined || child === undefined) return undefined;
    this.parentOf.delete(name);
    this.byName.delete(name);
    parent.removeChild(child);
    return child;
  }

  private createChild(parent: ParentNsp, name: string): Nsp {
    const child = parent.createChild(name);
    this.byName.set(name, child);
    this.parentOf.set(name, parent);
    this.onChild(child);
    return child;
  }
}
