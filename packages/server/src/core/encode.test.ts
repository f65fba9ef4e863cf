import * as fc from "fast-check";
import { Encoder } from "socket.io-parser";
import { describe, expect, it } from "vitest";
import { decodeText } from "./decode-text.js";
import { encodeEvent } from "./encode.js";
import type { PendingPacket } from "./pending-packet.js";

const bytes = fc.uint8Array({ maxLength: 8 }).map((view) => Buffer.from(view));
const { payload } = fc.letrec((tie) => ({
  payload: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue({ maxDepth: 1 }),
    bytes,
    fc.uint8Array({ maxLength: 4 }),
    fc.date({ noInvalidDate: true }),
    fc.constant(undefined),
    fc.array(tie("payload"), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 4 }), tie("payload"), { maxKeys: 4, noNullPrototype: true }),
    tie("payload").map((value) => ({ toJSON: () => value })),
  ),
}));
const packet = fc.record({
  type: fc.constantFrom(2, 3),
  nsp: fc.constantFrom("/", "/admin"),
  id: fc.option(fc.nat(), { nil: undefined }),
  data: fc.array(payload, { maxLength: 4 }).map((args): unknown[] => Array.of<unknown>("event").concat(args)),
});

describe("Socket.IO protocol v5, packet encoding: encoding", () => {
  it("equals the npm codec byte for byte, with and without binary", () => {
    fc.assert(
      fc.property(packet, (given) => {
        const { id, ...rest } = given;
        // Next to an attachment the npm codec loses this key; ours keeps it, which the case below holds.
        fc.pre(!JSON.stringify(given).includes("__proto__"));
        expect(encodeEvent(given)).toEqual(new Encoder().encode(id === undefined ? rest : { ...rest, id }));
      }),
      { numRuns: 3000 },
    );
  });

  it("is undone by decoding, in whatever order the attachments' bytes look alike", () => {
    const limits = { maxEventArguments: 100, maxNestingDepth: 100, maxAttachments: 100, maxAttachmentBytes: 10_000 };
    const plain = fc.array(fc.oneof(bytes, fc.jsonValue({ maxDepth: 2 }), fc.array(bytes)), { maxLength: 5 });
    fc.assert(
      fc.property(plain, (args) => {
        const data = JSON.parse(JSON.stringify(["event"])).concat(args) as unknown[];
        const [text, ...attachments] = encodeEvent({ type: 2, nsp: "/", data });
        let decoded = decodeText(text as string, limits);
        for (const attachment of attachments) {
          decoded = (decoded as PendingPacket).add(attachment as Buffer) ?? decoded;
        }
        expect(decoded).toMatchObject({ type: 2, nsp: "/" });
        expect(encodeEvent(decoded as never)).toEqual([text, ...attachments]);
      }),
      { numRuns: 1000 },
    );
  });

  it("encodes what was accepted at the deepest, next to an attachment", () => {
    const deep = JSON.parse(`${"[".repeat(511)}${"]".repeat(511)}`) as unknown;
    const [text] = encodeEvent({ type: 2, nsp: "/", data: ["a", deep, Buffer.alloc(1)] });
    expect(text).toContain('"num":0');
  });

  it("does not let the key __proto__ reach a prototype", () => {
    const data = ["a", JSON.parse('{"__proto__":{"polluted":1}}'), Buffer.alloc(1)];
    expect(encodeEvent({ type: 2, nsp: "/", data })[0]).toBe(
      '51-["a",{"__proto__":{"polluted":1}},{"_placeholder":true,"num":0}]',
    );
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it("leaves out what an array has besides its items, as JSON does", () => {
    const list = Object.assign([1], { more: Buffer.from("a") });
    expect(encodeEvent({ type: 2, nsp: "/", data: ["e", list, { b: Buffer.from("b") }] })).toEqual([
      '51-["e",[1],{"b":{"_placeholder":true,"num":0}}]',
      Buffer.from("b"),
    ]);
  });

  it("throws what JSON.stringify throws", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(() => encodeEvent({ type: 2, nsp: "/", data: ["a", circle] })).toThrow(/circular/);
    expect(() => encodeEvent({ type: 2, nsp: "/", data: ["a", 1n] })).toThrow("Do not know how to serialize a BigInt");
  });
});
