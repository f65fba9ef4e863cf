import { describe, expect, it } from "vitest";
import { Membership } from "./membership.js";
import { SessionStore } from "./session-store.js";
import type { Session, SessionToPersist } from "./types.js";

function session(name: string, ...rooms: string[]): [SessionToPersist, Membership] {
  const membership = new Membership(0);
  for (const room of rooms) {
    membership.join(room, 0);
  }
  return [{ sid: `sid-${name}`, pid: `pid-${name}`, rooms, data: name }, membership];
}

function createStore(maxSessions = 10): { store: SessionStore; unwatched: string[] } {
  const unwatched: string[] = [];
  return { store: new SessionStore(maxSessions, (room) => unwatched.push(room)), unwatched };
}

describe("SessionStore", () => {
  it("gives a session away once", () => {
    const { store } = createStore();
    store.store(...session("a"), 0);
    expect(store.take("pid-a")?.session.sid).toBe("sid-a");
    expect(store.take("pid-a")).toBeNull();
    expect(store.isEmpty).toBe(true);
  });

  it("watches rooms until the last session in them is released", () => {
    const { store, unwatched } = createStore();
    store.store(...session("a", "r", "s"), 0);
    store.store(...session("b", "r"), 0);
    const taken = store.take("pid-a");
    expect(store.watches("s")).toBe(true);
    store.release(taken?.membership.rooms ?? []);
    expect([store.watches("r"), store.watches("s")]).toEqual([true, false]);
    expect(unwatched).toEqual(["s"]);
  });

  it("replaces the session with the same private id", () => {
    const { store, unwatched } = createStore();
    store.store(...session("a", "old", "both"), 0);
    store.store(...session("a", "new", "both"), 1);
    expect([store.watches("old"), store.watches("new"), store.watches("both")]).toEqual([false, true, true]);
    expect(unwatched).toEqual(["old"]);
    expect(store.size).toBe(1);
  });

  it.each([
    [2, ["pid-b", "pid-c"]],
    [1, ["pid-c"]],
    [0, []],
  ])("keeps the newest sessions: %d", (maxSessions, kept) => {
    const { store } = createStore(maxSessions);
    for (const name of ["a", "b", "c"]) {
      store.store(...session(name, "r"), 0);
    }
    expect(["pid-a", "pid-b", "pid-c"].filter((pid) => store.take(pid) !== null)).toEqual(kept);
    expect(store.watches("r")).toBe(maxSessions > 0);
  });

  it("lets sessions go by age, stored or on their way", () => {
    const { store, unwatched } = createStore();
    const [taken, membership] = session("a", "r");
    store.store(taken, membership, 0);
    store.take("pid-a");
    const restored: Session = { ...taken, missedPackets: [] };
    store.hold(restored, membership, 100);
    store.store(...session("b", "s"), 150);
    expect(store.oldestAtMs).toBe(100);
    store.expire(101);
    expect(store.oldestAtMs).toBe(150);
    expect(store.adopt("sid-a")).toBeNull();
    expect(restored.isLost).toBe(true);
    store.expire(151);
    expect([store.isEmpty, store.oldestAtMs]).toEqual([true, null]);
    expect(unwatched).toEqual(["r", "s"]);
  });

  it("adds packets to a session on its way until it has arrived", () => {
    const { store } = createStore();
    const [taken, membership] = session("a", "r");
    store.store(taken, membership, 0);
    store.take("pid-a");
    const restored = { ...taken, missedPackets: [] as unknown[][] };
    store.hold(restored, membership, 0);
    store.onPacket({ sequence: 1, rooms: ["r"], except: [], data: ["x"] });
    store.onPacket({ sequence: 2, rooms: ["other"], except: [], data: ["y"] });
    expect(store.adopt("sid-a")).toBe(membership);
    store.onPacket({ sequence: 3, rooms: ["r"], except: [], data: ["z"] });
    expect(restored.missedPackets).toEqual([["x"]]);
  });

  it("holds one session for each socket id", () => {
    const { store, unwatched } = createStore();
    for (const room of ["old", "new"]) {
      const [taken, membership] = session("a", room);
      store.store(taken, membership, 0);
      store.take("pid-a");
      store.hold({ ...taken, missedPackets: [] }, membership, 0);
    }
    expect(unwatched).toEqual(["old"]);
    expect([...(store.adopt("sid-a")?.rooms ?? [])]).toEqual(["new"]);
  });
});
