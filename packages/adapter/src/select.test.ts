import { describe, expect, it } from "vitest";
import { RoomIndex } from "./room-index.js";
import { visitSelected } from "./select.js";

const NO_SINK = { onRoomCreated() {}, onRoomJoined() {}, onRoomLeft() {}, onRoomDeleted() {} };

function createIndex(): RoomIndex {
  const index = new RoomIndex(NO_SINK);
  index.join("a", ["a", "r1"]);
  index.join("b", ["b", "r1", "r2"]);
  index.join("c", ["c", "r2", "r3"]);
  index.join("d", ["d"]);
  index.join("e", []);
  return index;
}

function select(index: RoomIndex, rooms: string[], except?: string[]): string[] {
  const ids: string[] = [];
  visitSelected(index, { rooms: new Set(rooms), except: except && new Set(except) }, (id) => ids.push(id));
  return ids;
}

describe("visitSelected", () => {
  it.each([
    ["everyone", [], undefined, ["a", "b", "c", "d", "e"]],
    ["everyone, nobody excepted", [], [], ["a", "b", "c", "d", "e"]],
    ["everyone but one", [], ["c"], ["a", "b", "d", "e"]],
    ["everyone but some rooms", [], ["r1", "r3"], ["d", "e"]],
    ["everyone but an unknown room", [], ["x"], ["a", "b", "c", "d", "e"]],
    ["one room", ["r1"], undefined, ["a", "b"]],
    ["one room but one", ["r1"], ["a"], ["b"]],
    ["one room but itself", ["r1"], ["r1"], []],
    ["an unknown room", ["x"], undefined, []],
    ["the union of rooms, each once", ["r2", "r1"], undefined, ["b", "c", "a"]],
    ["a union with an unknown room", ["x", "r1"], undefined, ["a", "b"]],
    ["a union but some rooms", ["r1", "r2", "d"], ["r3", "a"], ["b", "d"]],
  ])("selects %s", (_title, rooms, except, expected) => {
    expect(select(createIndex(), rooms, except)).toEqual(expected);
  });

  it("goes on when the visited socket leaves", () => {
    const index = createIndex();
    const ids: string[] = [];
    visitSelected(index, { rooms: new Set(["r1"]) }, (id) => {
      ids.push(id);
      index.leaveAll(id);
    });
    expect(ids).toEqual(["a", "b"]);
  });

  it.each([[["a"]], [["a", "d"]]])("does not take a room the visited socket joins for a socket (%s)", (rooms) => {
    const index = new RoomIndex(NO_SINK);
    for (const id of ["a", "b", "d"]) index.join(id, [id]);
    const ids: string[] = [];
    visitSelected(index, { rooms: new Set(rooms) }, (id) => {
      ids.push(id);
      index.join(id, ["b", "r1"]);
    });
    expect(ids).toEqual(rooms);
  });

  it.each([["r1"], []])("ends although each visited socket leaves and comes back (%s)", (...rooms) => {
    const index = createIndex();
    let visits = 0;
    visitSelected(index, { rooms: new Set(rooms) }, (id) => {
      visits++;
      index.leaveAll(id);
      index.join(id, ["r1"]);
    });
    expect(visits).toBe(rooms.length === 0 ? 5 : 2);
  });
});
