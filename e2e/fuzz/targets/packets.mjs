// Socket.IO packets: made by the grammar of protocol v5, broken here and there, through the server's decoder and through
// socket.io-parser. What the parser refuses is refused with the same words; what it takes is taken alike or refused by a limit of ours;
// what was taken can be encoded, and decodes to the same again.
import assert from "node:assert/strict";
import path from "node:path";
import { Decoder } from "socket.io-parser";
import { loadSource } from "../../../scripts/load-source.mjs";

const { decodeNext, PacketEncoder, PendingPacket, readLimits } = await loadSource(
  path.join(import.meta.dirname, "../../../packages"),
  "server/src/core/pending-packet.ts",
  "server/src/limits.ts",
  "server/src/packet-codec.ts",
);

const LIMITS = readLimits({ maxEventArguments: 6, maxNestingDepth: 5, maxAttachments: 3, maxAttachmentBytes: 30 });
const encoder = new PacketEncoder();
const NAMES = ["a", "message", "connect", "disconnect", "newListener", "__proto__", "", "é😀", "\u2028"];

export function run(random) {
  const { text, attachments } = message(random);
  const expected = readWithParser(text, attachments);
  const seen = readWithOurs(text, attachments);
  if (isStricter(text, seen, expected)) return;
  assert.deepEqual(seen, expected, text);
  if (seen.packet?.type !== 2 && seen.packet?.type !== 3) return; // clients say nothing else that is passed on
  const again = readWithOurs(...split(encoder.encode(seen.packet)));
  assert.deepEqual(normal(again.packet), normal(seen.packet), text);
}

/** True when ours refuses, for a reason it has, what the parser takes. */
function isStricter(text, seen, expected) {
  if (seen.limit) return true;
  if (!/^\d/.test(text)) return seen.error?.startsWith("unknown packet type"); // a blank is no 0
  if (seen.error === "Illegal attachments") return !/^[56]\d+-/.test(text); // digits are digits: not "1.0", "1e0", " 1"
  // A name of Infinity is null for whoever it is passed on to.
  if (seen.error === "invalid payload" && Math.abs(expected.packet?.data?.[0]) === Infinity) return true;
  // The parser looks at the data of a binary packet when its attachments have come, and not for data that is not there.
  return seen.error === "invalid payload" && expected.error === undefined && expected.packet?.data === undefined;
}

function readWithOurs(text, attachments) {
  try {
    let packet = decodeNext(null, text, LIMITS);
    for (const attachment of attachments) {
      if (packet instanceof PendingPacket) packet = decodeNext(packet, attachment, LIMITS);
    }
    return { packet: packet instanceof PendingPacket ? null : clean(packet) };
  } catch (error) {
    if (typeof error.code === "string" && error.code.startsWith("ERR_") && error.name === "ServerError")
      return { limit: true };
    assert.equal(error.constructor, Error, String(error.stack));
    return { error: error.message };
  }
}

function readWithParser(text, attachments) {
  const decoder = new Decoder({ maxAttachments: LIMITS.maxAttachments });
  let packet = null;
  decoder.on("decoded", (decoded) => (packet = clean(decoded)));
  try {
    decoder.add(text);
    for (const attachment of attachments) if (packet === null && /^[56]/.test(text)) decoder.add(attachment);
    return { packet };
  } catch (error) {
    return { error: error.message };
  }
}

/** Absent fields and absent values are one; so are the binary types and what they are decoded to. */
function clean({ type, nsp, id, data }) {
  const plainType = type === 5 ? 2 : type === 6 ? 3 : type;
  return { type: plainType, nsp, ...(id === undefined ? {} : { id }), ...(data === undefined ? {} : { data }) };
}

function normal(packet) {
  return JSON.parse(JSON.stringify(packet ?? null)); // what JSON makes of it: -0 is 0, 1e999 is null
}

function split([text, ...attachments]) {
  return [text, attachments];
}

// ------------------------------------------------------------------------------------------------ the grammar

function message(random) {
  const slots = [];
  const type = random.oneIn(20) ? random.pick(["7", "x", "", "-1", " 2", "2.5"]) : String(random.int(0, 6));
  const isBinary = type === "5" || type === "6";
  const json = payload(random, type, isBinary ? slots : null);
  const count = random.oneIn(10)
    ? random.pick(["", "0", "-1", "1e0", "0x1", " 1", "1.0", "4", "99999", "01"])
    : slots.length;
  const nsp = random.oneIn(3) ? random.pick(["/a,", "/a", "/é,", "/,", "//,", "/a,b,", "/[[,", '/",']) : "";
  const id = random.oneIn(3)
    ? random.pick(["0", "7", "007", "9007199254740991", "9007199254740993", "-1", "9".repeat(30)])
    : "";
  let text = type + (isBinary ? `${count}-` : "") + nsp + id + json;
  if (random.oneIn(6)) {
    const at = random.int(0, text.length);
    text =
      text.slice(0, at) +
      random.pick(["", "[", "]", '"', "\\", ",", "{", "0", "\0", "-"]) +
      text.slice(at + random.int(0, 2));
  }
  const attachments = Array.from({ length: random.oneIn(8) ? random.int(0, 5) : slots.length }, () =>
    random.bytes(random.int(0, 12)),
  );
  return { text, attachments };
}

function payload(random, type, slots) {
  if (type === "0" || type === "1")
    return random.oneIn(3) ? "" : random.pick(["{}", '{"token":1}', "[]", '"x"', "null", "{", '{"a":[[[[[[]]]]]]}']);
  if (type === "4") return random.pick(['{"message":"x"}', '"x"', "", "[]"]);
  if (random.oneIn(20)) return random.pick(["", "{}", "null", '"a"', "[", "[]", "[null]", "[[]]", "[{}]", "1"]);
  const values = Array.from({ length: random.int(0, 5) }, () => value(random, 0, slots));
  if (type === "2" || type === "5")
    values.unshift(
      random.oneIn(10) ? random.pick(["null", "{}", "[]", "true", "7"]) : JSON.stringify(random.pick(NAMES)),
    );
  return `[${values.join(",")}]`;
}

function value(random, depth, slots) {
  if (slots !== null && random.oneIn(3)) {
    const num = random.oneIn(8) ? random.pick(['"0"', "-1", "9", "0.5", "null", '"length"']) : String(slots.length);
    slots.push(num);
    return `{"_placeholder":true,"num":${num}}`;
  }
  if (depth < 6 && random.oneIn(3)) {
    const inner = Array.from({ length: random.int(0, 3) }, () => value(random, depth + 1, slots));
    return random.oneIn(2)
      ? `[${inner.join(",")}]`
      : `{${inner.map((one, i) => `${JSON.stringify(`k${i}`)}:${one}`).join(",")}}`;
  }
  return random.pick([
    "1",
    "-0",
    "1e999",
    "null",
    "true",
    '"text"',
    '"é😀"',
    '"\\ud800"',
    '"[[[["',
    '{"_placeholder":1}',
    '"\\u005fplaceholder"',
  ]);
}
