import fc from "fast-check";
import * as msgpack from "socket.io-msgpack-parser";
import * as published from "socket.io-parser";
import { describe, expect, it } from "vitest";
import { MAX_DEPTH } from "./core/attachments.js";
import { ACK, CONNECT, CONNECT_ERROR, DISCONNECT, EVENT, type Packet } from "./core/packet.js";
import { Manager } from "./manager.js";
import { Decoder, Encoder } from "./parser.js";

type AnyDecoder = { on(event: "decoded", listener: (packet: never) => void): unknown; add(message: unknown): void };

/** What a decoder makes of messages: its packets, or the text of the error. */
function decode(decoder: AnyDecoder, messages: readonly unknown[]): unknown {
  const packets: unknown[] = [];
  decoder.on("decoded", (packet) => packets.push(packet));
  try {
    for (const message of messages) decoder.add(message);
    return packets;
  } catch (error) {
    return (error as Error).message;
  }
}

const ours = (...messages: unknown[]): unknown => decode(new Decoder(), messages);
const theirs = (...messages: unknown[]): unknown => decode(new published.Decoder(), messages);

const nsp = fc.constantFrom("/", "/admin", "/a/b", "/ é");
const id = fc.option(fc.nat(), { nil: undefined });
const json = fc.jsonValue({ maxDepth: 4 });
const binary = fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes));
const date = fc.date({ noInvalidDate: true });
const argument = fc.oneof(
  json,
  fc.dictionary(fc.string(), fc.oneof(binary, json, date)),
  fc.array(binary, { maxLength: 2 }),
);
const name = fc
  .string()
  .filter(
    (text) =>
      !["connect", "disconnect", "connect_error", "disconnecting", "newListener", "removeListener"].includes(text),
  );
const event = fc.tuple(name, fc.array(argument, { maxLength: 3 })).map(([ev, args]) => [ev as unknown].concat(args));

const packet = fc.oneof(
  fc.record({ type: fc.constant(CONNECT), nsp, data: fc.option(fc.dictionary(fc.string(), json), { nil: undefined }) }),
  fc.record({ type: fc.constant(DISCONNECT), nsp }),
  fc.record({ type: fc.constant(EVENT), nsp, id, data: event }),
  fc.record({ type: fc.constant(ACK), nsp, id: fc.nat(), data: fc.array(argument, { maxLength: 3 }) }),
  fc.record({ type: fc.constant(CONNECT_ERROR), nsp, data: fc.oneof(fc.dictionary(fc.string(), json), fc.string()) }),
) as fc.Arbitrary<Packet>;

/** Binary data of both decoders compare as bytes. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("packets, against socket.io-parser", () => {
  it("encodes to the same messages", () => {
    fc.assert(
      fc.property(packet, (each) => {
        expect(new Encoder().encode(each)).toEqual(new published.Encoder().encode({ ...each }));
      }),
      { numRuns: 1000 },
    );
  });

  it("decodes what both encode, to the same packet", () => {
    fc.assert(
      fc.property(packet, (each) => {
        const messages = new Encoder().encode(each);
        if (messages.length > 11) return;
        const decoded = ours(...messages);
        expect(plain(decoded)).toEqual(plain(theirs(...messages)));
        expect(typeof decoded).not.toBe("string");
      }),
      { numRuns: 1000 },
    );
  });

  it("does the same with what is not a packet, or refuses it", () => {
    const piece = fc.constantFrom(
      ...'0123456789-,/[]{}" '.split(""),
      "/admin,",
      '["a"]',
      '{"sid":"x"}',
      '{"_placeholder":true,"num":0}',
      '["connect"]',
      "null",
      "1-",
      "true",
    );
    const garbage = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(garbage, (text) => {
        const [us, them] = [ours(text), theirs(text)];
        fc.pre(!/\s/.test(text)); // white space is a digit to the published decoder
        const isStricter = typeof us === "string" && typeof them !== "string"; // see the table below
        if (!isStricter) expect(us).toEqual(them);
      }),
      { numRuns: 20_000 },
    );
  });

  it("does the same with attachments out of place, or refuses them", () => {
    const message = fc.constantFrom<unknown>(
      '51-["a",{"_placeholder":true,"num":0}]',
      '52-["a",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]',
      '2["b"]',
      Buffer.from([1]),
      Buffer.from([2]),
      '51-["a"]',
      '61-0[{"_placeholder":true,"num":5}]',
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
        const [us, them] = [ours(...messages), theirs(...messages)];
        if (typeof us === "string" && us !== them) return us === "illegal attachments";
        expect(plain(us)).toEqual(plain(them));
        return true;
      }),
      { numRuns: 5000 },
    );
  });
});

describe("packets that the published decoder takes and ours refuses", () => {
  it.each([
    ["nothing", "", "unknown packet type NaN"],
    ["a type that is white space", " ", "unknown packet type NaN"],
    ["an event without data", "2", "invalid payload"],
    ["an acknowledgement without data", "31", "invalid payload"],
    ["a refusal without data", "4", "invalid payload"],
    ["an id that is no safe integer", '29007199254740993["a"]', "invalid payload"],
    ["a number of attachments that is not digits", '51e0-["a"]', "Illegal attachments"],
    [
      "a placeholder used twice",
      ['51-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]', Buffer.of(1)],
      "illegal attachments",
    ],
    ["an attachment used never", ['51-["a"]', Buffer.of(1)], "illegal attachments"],
    ["an index that is no integer", ['51-["a",{"_placeholder":true,"num":0.5}]', Buffer.of(1)], "illegal attachments"],
    ["nesting", `2["a",${"[".repeat(MAX_DEPTH)}${"]".repeat(MAX_DEPTH)}]`, "invalid payload"],
  ])("%s", (_title, messages, error) => {
    expect(ours(...[messages].flat())).toBe(error);
  });
});

describe("packets that both refuse", () => {
  it.each([
    ["a letter", "x", "unknown packet type NaN"],
    ["a type that is not", "7", "unknown packet type 7"],
    ["no attachments where there must be", '5["a"]', "Illegal attachments"],
    ["none announced", '50-["a"]', "Illegal attachments"],
    ["too many", '511-["a"]', "too many attachments"],
    ["a reserved name", '2["connect"]', "invalid payload"],
    ["half a text", '2["a"', "invalid payload"],
    ["an object as event", '2{"a":1}', "invalid payload"],
    ["data of a disconnection", "1[]", "invalid payload"],
    ["a null refusal", "4null", "invalid payload"],
    ["stray binary", Buffer.of(1), "got binary data when not reconstructing a packet"],
    [
      "text among attachments",
      ['51-["a",{"_placeholder":true,"num":0}]', '2["a"]'],
      "got plaintext data when reconstructing a packet",
    ],
    ["an index out of range", ['51-["a",{"_placeholder":true,"num":1}]', Buffer.of(1)], "illegal attachments"],
    ["neither text nor binary", 5, "Unknown type: 5"],
  ])("%s", (_title, messages, error) => {
    const list = [messages].flat();
    expect(ours(...list)).toBe(error);
    expect(theirs(...list)).toBe(error);
  });
});

describe("limits", () => {
  const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));

  it("takes the deepest nesting there may be, in both directions", () => {
    const data = ["a", nested(MAX_DEPTH - 1)];
    const messages = new Encoder().encode({ type: EVENT, nsp: "/", data });
    expect(ours(...messages)).toEqual([{ type: EVENT, nsp: "/", data }]);
  });

  it("does not send one level more, or a circle", () => {
    const send = (value: unknown) => () => new Encoder().encode({ type: EVENT, nsp: "/", data: ["a", value] });
    const circle: unknown[] = [];
    circle.push(circle);
    expect(send(nested(MAX_DEPTH))).toThrow(RangeError);
    expect(send(circle)).toThrow(RangeError);
  });

  it.each([
    [3, 3],
    [4, "too many attachments"],
  ])("takes %i attachments of at most 3", (count, result) => {
    const placeholders = Array.from({ length: count }, (_, num) => ({ _placeholder: true, num }));
    const messages = [`5${count}-${JSON.stringify(["a", ...placeholders])}`, ...placeholders.map(() => Buffer.of(1))];
    const decoded = decode(new Decoder({ maxAttachments: 3 }), messages);
    expect(typeof decoded === "string" ? decoded : (decoded as Packet[])[0]!.data).toEqual(
      typeof result === "number" ? ["a", ...placeholders.map(() => Buffer.of(1))] : result,
    );
  });

  it("leaves out what an array has besides its items, as JSON does", () => {
    const list = Object.assign([1, Buffer.of(2)], { extra: Buffer.of(3) });
    const packet = { type: EVENT, nsp: "/", data: ["a", list] };
    expect(new Encoder().encode(packet)).toEqual(['51-["a",[1,{"_placeholder":true,"num":0}]]', Buffer.of(2)]);
  });

  it("asks `toJSON` once, as JSON does", () => {
    class Price {
      amount = 5;
      constructor(readonly proof?: Buffer) {}
      toJSON(): this {
        return this;
      }
    }
    const encode = (value: unknown): unknown[] => new Encoder().encode({ type: EVENT, nsp: "/", data: ["a", value] });
    expect(encode(new Price())).toEqual(['2["a",{"amount":5}]']);
    expect(encode([new Price(Buffer.of(1))])).toEqual([
      '51-["a",[{"proof":{"_placeholder":true,"num":0},"amount":5}]]',
      Buffer.of(1),
    ]);
  });

  it("leaves what it encodes as it was", () => {
    const data = ["a", { buffer: Buffer.of(1), date: new Date(0), list: [1, [Buffer.of(2)]] }];
    const copy = plain(data);
    new Encoder().encode({ type: EVENT, nsp: "/", data });
    expect(plain(data)).toEqual(copy);
  });
});

it.each([msgpack, published])("the option `parser` takes what is published, by its types, too", (parser) => {
  const manager = new Manager("http://localhost", { autoConnect: false, parser });
  expect(manager.encoder).toBeInstanceOf(parser.Encoder);
  expect(manager.decoder).toBeInstanceOf(parser.Decoder);
});
