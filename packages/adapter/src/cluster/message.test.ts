import { describe, expect, it } from "vitest";
import { checkMessage, decodeOptions, encodeOptions, MessageType } from "./message.js";

const opts = { rooms: [], except: [], flags: {} };
const packet = { type: 2, data: ["x"] };

describe("checkMessage", () => {
  it.each([
    ["a heartbeat", { type: 2 }],
    ["a broadcast", { type: 3, data: { opts, packet } }],
    [
      "a broadcast without what msgpack writes as null",
      { type: 3, data: { opts: { rooms: [], except: null }, packet } },
    ],
    ["rooms to join", { type: 4, data: { opts, rooms: ["r"] } }],
    ["sockets to disconnect", { type: 6, data: { opts } }],
    ["a question for sockets", { type: 7, data: { opts, requestId: "1" } }],
    ["sockets", { type: 8, data: { requestId: "1", sockets: [] } }],
    ["an event", { type: 9, data: { packet: ["x"] } }],
    ["the answer to an event", { type: 10, data: { requestId: "1" } }],
    ["a number of clients", { type: 11, data: { requestId: "1", clientCount: 0 } }],
    ["an acknowledgement", { type: 12, data: { requestId: "1", packet: null } }],
  ])("lets %s pass", (_title, message) => {
    expect(checkMessage(message)).toBe(message);
  });

  it.each([
    undefined,
    null,
    1,
    "text",
    [],
    {},
    { type: 0 },
    { type: 14, data: {} },
    { type: "3", data: { opts, packet } },
    { type: "constructor", data: {} },
    { type: 3 },
    { type: 3, data: null },
    { type: 3, data: { packet } },
    { type: 3, data: { opts: {}, packet } },
    { type: 3, data: { opts: { rooms: "r" }, packet } },
    { type: 3, data: { opts: { rooms: [], except: 1 }, packet } },
    { type: 3, data: { opts: { rooms: [], flags: "x" }, packet } },
    { type: 3, data: { opts } },
    { type: 3, data: { opts, packet: {} } },
    { type: 4, data: { opts } },
    { type: 5, data: { opts, rooms: "r" } },
    { type: 6, data: {} },
    { type: 7, data: { opts } },
    { type: 7, data: { opts, requestId: 1 } },
    { type: 8, data: { requestId: "1", sockets: {} } },
    { type: 8, data: { sockets: [] } },
    { type: 9, data: { packet: "x" } },
    { type: 10, data: {} },
    { type: 11, data: { requestId: "1", clientCount: "2" } },
    { type: 12, data: { packet: 1 } },
  ])("refuses %j", (message) => {
    expect(checkMessage(message)).toBeNull();
  });
});

describe("options on the wire", () => {
  it("come back as they were", () => {
    const options = { rooms: new Set(["a", "b"]), except: new Set(["c"]), flags: { volatile: true } };
    expect(decodeOptions(encodeOptions(options))).toEqual(options);
  });

  it("have all fields", () => {
    expect(encodeOptions({ rooms: new Set() })).toEqual({ rooms: [], except: [], flags: {} });
  });

  it("have the numbers that other implementations use", () => {
    expect([MessageType.INITIAL_HEARTBEAT, MessageType.BROADCAST, MessageType.ADAPTER_CLOSE]).toEqual([1, 3, 13]);
    expect(MessageType[12]).toBe("BROADCAST_ACK");
  });
});
