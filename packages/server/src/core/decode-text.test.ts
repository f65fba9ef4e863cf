import * as fc from "fast-check";
import { Decoder, Encoder } from "socket.io-parser";
import { describe, expect, it } from "vitest";
import { decodeText, isEventOrAck } from "./decode-text.js";
import type { Packet, PacketLimits } from "./packet.js";
import { PendingPacket } from "./pending-packet.js";

const LIMITS: PacketLimits = {
  maxEventArguments: 1000,
  maxNestingDepth: 512,
  maxAttachments: 10,
  maxAttachmentBytes: 1000,
};

/** What the npm codec makes of a text: a packet, "pending" or the message of its error. */
function reference(text: string): unknown {
  const decoder = new Decoder();
  let packet: unknown = "pending";
  decoder.on("decoded", (decoded) => {
    packet = decoded;
  });
  try {
    decoder.add(text);
  } catch (error) {
    return (error as Error).message;
  }
  return packet;
}

function ours(text: string): unknown {
  try {
    const decoded = decodeText(text, LIMITS);
    return decoded instanceof PendingPacket ? "pending" : JSON.parse(JSON.stringify(decoded));
  } catch (error) {
    return (error as Error).message;
  }
}

const json = fc.jsonValue({ maxDepth: 4 });
const name = fc.oneof(fc.string(), fc.integer());
const nsp = fc.constantFrom("/", "/admin", "/a/b?c=d", "/é", "/x[0]");
const id = fc.option(fc.nat(), { nil: undefined });

describe("Socket.IO protocol v5, packet encoding: decoding text", () => {
  it.each([
    ['2["a"]', { type: 2, nsp: "/", data: ["a"] }],
    ['2/admin,["a",1]', { type: 2, nsp: "/admin", data: ["a", 1] }],
    ['212["a"]', { type: 2, nsp: "/", id: 12, data: ["a"] }],
    ['2/admin,0["a"]', { type: 2, nsp: "/admin", id: 0, data: ["a"] }],
    ["3/admin,13[]", { type: 3, nsp: "/admin", id: 13, data: [] }],
    ["37", { type: 3, nsp: "/", id: 7 }],
    ["2[7]", { type: 2, nsp: "/", data: [7] }],
    ['51-["a",{"_placeholder":true,"num":0}]', "pending"],
    ['61-/admin,3[{"_placeholder":true,"num":0}]', "pending"],
  ])("reads %s", (text, packet) => {
    expect(ours(text)).toEqual(packet);
  });

  it.each([
    ["2", "invalid payload"],
    ["2[", "invalid payload"],
    ["2{}", "invalid payload"],
    ["2[]", "invalid payload"],
    ["2[null]", "invalid payload"],
    ['2["connect"]', "invalid payload"],
    ['2["disconnecting"]', "invalid payload"],
    ['2["newListener"]', "invalid payload"],
    ["3{}", "invalid payload"],
    ['2["a"]x', "invalid payload"],
    ['2 ["a"', "invalid payload"],
    ['5["a"]', "Illegal attachments"],
    ['5-["a"]', "Illegal attachments"],
    ['50-["a"]', "Illegal attachments"],
    ['51x-["a"]', "Illegal attachments"],
    ['51e0-["a"]', "Illegal attachments"],
    ['5 1-["a"]', "Illegal attachments"],
    ['511-["a"]', "too many attachments"],
    ['5999999999999999999999-["a"]', "too many attachments"],
    ['51-["a"]', "illegal attachments"],
    ['52-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]', "illegal attachments"],
    ['51-["a",{"_placeholder":true,"num":1}]', "illegal attachments"],
    ['51-["a",{"_placeholder":true,"num":-1}]', "illegal attachments"],
    ['51-["a",{"_placeholder":true,"num":"0"}]', "illegal attachments"],
    ['51-["a",{"_placeholder":true,"num":0.5}]', "illegal attachments"],
    ['51-["a",{"_placeholder":true,"num":"splice"}]', "illegal attachments"],
    ['2["a",{"_placeholder":true,"num":0}]', "placeholder in a packet without attachments"],
    ['2["a",{"\\u005fplaceholder":true,"num":0}]', "placeholder in a packet without attachments"],
    ['29007199254740993["a"]', "ack id exceeds 2^53 - 1"],
    [`2${"9".repeat(400)}["a"]`, "ack id exceeds 2^53 - 1"],
  ])("refuses %s", (text, message) => {
    expect(ours(text)).toBe(message);
  });

  it("takes the largest safe acknowledgement id", () => {
    expect(ours('29007199254740991["a"]')).toMatchObject({ id: 9007199254740991 });
  });

  it("takes as many arguments as allowed, and not one more", () => {
    const event = (count: number): string => `2${JSON.stringify(["a", ...Array.from({ length: count }, () => 0)])}`;
    expect(ours(event(1000))).toMatchObject({ type: 2 });
    expect(ours(event(1001))).toBe("1002 arguments exceed the limit of 1000");
    expect(ours(`3${JSON.stringify(Array.from({ length: 1000 }, () => 0))}`)).toMatchObject({ type: 3 });
    expect(ours(`3${JSON.stringify(Array.from({ length: 1001 }, () => 0))}`)).toContain("exceed the limit");
  });

  it("takes nesting as deep as allowed, and not one deeper", () => {
    const event = (depth: number): string => `2["a",${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}]`;
    expect(ours(event(512))).toMatchObject({ type: 2 });
    expect(ours(event(513))).toBe("payload nests deeper than 512");
    expect(ours(`2["a",${"[".repeat(500_000)}`)).toBe("payload nests deeper than 512");
  });

  it("equals the npm codec on whatever that encodes", () => {
    const packet = fc.record({ type: fc.constantFrom(2, 3), nsp, id, args: fc.array(json, { maxLength: 5 }), name });
    fc.assert(
      fc.property(packet, ({ type, nsp, id, args, name }) => {
        const data = type === 2 ? [name, ...args] : args;
        const [text] = new Encoder().encode({ type, nsp, data, ...(id === undefined ? {} : { id }) }) as [string];
        expect(ours(text)).toEqual(JSON.parse(JSON.stringify(reference(text))));
      }),
      { numRuns: 2000 },
    );
  });

  it("equals the npm codec on each prefix of a packet", () => {
    const text = '2/admin,12["a\\n",{"b":[1,2.5e3,null,true]},"é😀"]';
    for (let length = 4; length < text.length; length++) {
      const prefix = text.slice(0, length);
      const expected = reference(prefix);
      // An event without a payload is refused here, see docs/compatibility.md.
      const isBare = typeof expected === "object" && (expected as Packet).data === undefined;
      expect(ours(prefix), prefix).toEqual(isBare ? "invalid payload" : expected);
    }
  });

  it("never throws anything but an Error on garbage, and never differs from the npm codec in accepting", () => {
    const character = fc.constantFrom(...'0123456-/,[]{}":\\ae_'.split(""));
    fc.assert(
      fc.property(fc.array(character, { maxLength: 30 }), fc.constantFrom("2", "3", "5", "6"), (rest, type) => {
        const text = type + rest.join("");
        const result = ours(text);
        if (typeof result === "string" && result !== "pending") return;
        expect(result).toEqual(JSON.parse(JSON.stringify(reference(text))) ?? result);
      }),
      { numRuns: 5000 },
    );
  });

  it("leaves the other packet types to the npm codec", () => {
    expect(["0", "1", "4", "7", "", " ", "a"].some(isEventOrAck)).toBe(false);
    expect(["2", "3", "5", "6"].every(isEventOrAck)).toBe(true);
  });
});
