import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RoomIndex } from "./room-index.js";

function createIndex(): { index: RoomIndex; log: string[] } {
  const log: string[] = [];
  const index = new RoomIndex({
    onRoomCreated: (room) => log.push(`create ${room}`),
    onRoomJoined: (room, id) => log.push(`join ${room} ${id}`),
    onRoomLeft: (room, id) => log.push(`leave ${room} ${id}`),
    onRoomDeleted: (room) => log.push(`delete ${room}`),
  });
  return { index, log };
}

describe("RoomIndex", () => {
  it("creates a room with its first member and deletes it with its last", () => {
    const { index, log } = createIndex();
    index.join("a", ["r"]);
    index.join("b", ["r"]);
    index.leave("a", "r");
    index.leave("b", "r");
    expect(log).toEqual(["create r", "join r a", "join r b", "leave r a", "leave r b", "delete r"]);
    expect(index.rooms.size).toBe(0);
  });

  it("removes a socket from all its rooms when the sink throws", () => {
    const index = new RoomIndex({
      onRoomCreated() {},
      onRoomJoined() {},
      onRoomLeft(room) {
        throw new Error(room);
      },
      onRoomDeleted() {},
    });
    index.join("a", ["r", "s", "t"]);
    index.join("b", ["s"]);
    expect(() => index.leaveAll("a")).toThrow("r");
    expect([...index.sids.keys()]).toEqual(["b"]);
    expect([...index.rooms.keys()]).toEqual(["s"]);
  });

  it("adds one room as it adds several", () => {
    const { index, log } = createIndex();
    index.joinOne("a", "r");
    index.joinOne("a", "s");
    index.joinOne("a", "s");
    expect(log).toEqual(["create r", "join r a", "create s", "join s a"]);
    expect(index.sids.get("a")).toEqual(new Set(["r", "s"]));
  });

  it("knows a socket without rooms until it leaves all", () => {
    const { index, log } = createIndex();
    index.join("a", []);
    expect(index.sids.get("a")).toEqual(new Set());
    index.leaveAll("a");
    expect(index.sids.size).toBe(0);
    expect(log).toEqual([]);
  });

  it("reports a second join of the same room once", () => {
    const { index, log } = createIndex();
    index.join("a", ["r", "r"]);
    index.join("a", ["r"]);
    expect(log).toEqual(["create r", "join r a"]);
  });

  it.each([
    ["an unknown socket", "x", "r"],
    ["an unknown room", "a", "x"],
    ["a room of others", "b", "r"],
  ])("ignores leaving: %s", (_title, id, room) => {
    const { index, log } = createIndex();
    index.join("a", ["r"]);
    index.join("b", []);
    log.length = 0;
    index.leave(id, room);
    index.leaveAll("nobody");
    expect(log).toEqual([]);
    expect(index.rooms.get("r")).toEqual(new Set(["a"]));
  });

  it("keeps the order of joining", () => {
    const { index } = createIndex();
    for (const id of ["c", "a", "b"]) {
      index.join(id, ["r"]);
    }
    index.leave("c", "r");
    index.join("c", ["r"]);
    expect([...(index.rooms.get("r") ?? [])]).toEqual(["a", "b", "c"]);
  });

  it("keeps a room whose last member comes back while it is told that it left", () => {
    const log: string[] = [];
    const index: RoomIndex = new RoomIndex({
      onRoomCreated: () => {},
      onRoomJoined: () => {},
      onRoomLeft: () => index.join("a", ["r"]),
      onRoomDeleted: (room) => log.push(room),
    });
    index.join("a", ["r"]);
    index.leave("a", "r");
    expect(index.rooms.get("r")).toEqual(new Set(["a"]));
    expect(log).toEqual([]);
  });
});

/** What a room index does, by two maps of sets that never share one. */
class Model {
  readonly rooms: Map<string, Set<string>> = new Map();
  readonly sids: Map<string, Set<string>> = new Map();

  join(id: string, room: string): void {
    this.sids.set(id, (this.sids.get(id) ?? new Set()).add(room));
    this.rooms.set(room, (this.rooms.get(room) ?? new Set()).add(id));
  }

  leave(id: string, room: string): void {
    this.sids.get(id)?.delete(room);
    this.rooms.get(room)?.delete(id);
    if (this.rooms.get(room)?.size === 0) this.rooms.delete(room);
  }

  leaveAll(id: string): void {
    for (const [room, members] of this.rooms) if (members.has(id)) this.leave(id, room);
    this.sids.delete(id);
  }
}

describe("the room of a socket's own id", () => {
  it("shares one set with the socket's rooms while both hold the id alone", () => {
    const { index, log } = createIndex();
    index.join("a", ["a"]);
    expect(index.rooms.get("a")).toBe(index.sids.get("a"));
    index.joinOne("a", "r");
    expect([index.rooms.get("a"), index.sids.get("a")]).toEqual([new Set(["a"]), new Set(["a", "r"])]);
    expect(log).toEqual(["create a", "join a a", "create r", "join r a"]);
  });

  it("leaves the socket's rooms as they were for who still holds them", () => {
    const { index, log } = createIndex();
    index.join("a", ["a"]);
    const rooms = index.sids.get("a");
    log.length = 0;
    index.leaveAll("a");
    expect(rooms).toEqual(new Set(["a"]));
    expect(log).toEqual(["leave a a", "delete a"]);
    expect([index.rooms.size, index.sids.size]).toEqual([0, 0]);
  });

  it("is as any room, whoever joins and leaves it", () => {
    const name = fc.constantFrom("a", "b", "c");
    const step = fc.record({
      kind: fc.constantFrom("join", "join", "leave", "leaveAll"),
      id: name,
      room: name,
    } as const);
    const check = fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { index } = createIndex();
      const model = new Model();
      for (const { kind, id, room } of steps) {
        if (kind === "join") {
          index.joinOne(id, room);
          model.join(id, room);
        } else if (kind === "leave") {
          index.leave(id, room);
          model.leave(id, room);
        } else {
          index.leaveAll(id);
          model.leaveAll(id);
        }
        expect([index.rooms, index.sids]).toEqual([model.rooms, model.sids]);
      }
    });
    fc.assert(check, { numRuns: 500 });
  });
});
