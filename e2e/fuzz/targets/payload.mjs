// Engine.IO payloads of both revisions: bodies made by their grammars, broken here and there. Decoding never throws, keeps to the
// limit of packets, gives known packets only, and agrees in v4 with a plain reading of the protocol; what was decoded can be encoded,
// and decodes to the same again.
import assert from "node:assert/strict";
import path from "node:path";
import { loadSource } from "../../../scripts/load-source.mjs";

const packages = path.join(import.meta.dirname, "../../../packages");
const { codecV3, codecV4 } = await loadSource(packages, "engine/src/codec-v3.ts", "engine/src/codec.ts");

const TYPES = { 0: "open", 1: "close", 2: "ping", 3: "pong", 4: "message", 5: "upgrade", 6: "noop" };
const KNOWN = new Set([...Object.values(TYPES), "error"]);
const TEXTS = ["", "a", "probe", "é😀", "\x1e", "\u2028", '2["a"]', "0{}", "x".repeat(200), "\ud800"];
const MAX_PACKETS = 8;

export function run(random) {
  if (random.oneIn(2)) runV4(random);
  else runV3(random);
}

function runV4(random) {
  let body = Array.from({ length: random.int(0, 11) }, () => packetV4(random)).join("\x1e");
  if (random.oneIn(5)) body = damage(random, body);
  const asBytes = random.oneIn(2);
  const packets = codecV4.decodePayload(asBytes ? Buffer.from(body) : body, MAX_PACKETS);
  assert.deepEqual(plain(packets), plain(readV4(asBytes ? Buffer.from(body).toString() : body)), body);
  checkKnown(packets);
  const whole = packets.filter(({ type }) => type !== "error");
  if (whole.length > 0 && whole.every(({ data }) => typeof data !== "string" || !data.includes("\x1e"))) {
    assert.deepEqual(plain(codecV4.decodePayload(codecV4.encodePayload(whole, true), MAX_PACKETS)), plain(whole));
  }
}

/** Protocol v4, "Packet encoding": a straight reading. */
function readV4(body) {
  const parts = body.split("\x1e");
  if (parts.length > MAX_PACKETS) return [{ type: "error", data: "parser error" }];
  const packets = [];
  for (const part of parts) {
    if (part[0] === "b") packets.push({ type: "message", data: Buffer.from(part.slice(1), "base64") });
    else if (TYPES[part[0]] === undefined) {
      packets.push({ type: "error", data: "parser error" });
      break;
    } else packets.push(part.length > 1 ? { type: TYPES[part[0]], data: part.slice(1) } : { type: TYPES[part[0]] });
  }
  return packets;
}

function packetV4(random) {
  if (random.oneIn(6)) return `b${random.bytes(random.int(0, 40)).toString("base64")}`;
  if (random.oneIn(25)) return random.pick(["", "7", "x", "b!", "-", "__proto__", " 4"]);
  return random.pick(["0", "1", "2", "3", "4", "4", "4", "5", "6"]) + text(random).replaceAll("\x1e", "");
}

function runV3(random) {
  const isBinary = random.oneIn(2);
  const parts = Array.from({ length: random.int(0, 11) }, () => (isBinary ? binaryV3(random) : textV3(random)));
  let body = isBinary ? Buffer.concat(parts) : parts.join("");
  if (random.oneIn(3)) body = damage(random, body);
  const packets = codecV3.decodePayload(body, MAX_PACKETS);
  assert.ok(packets.length <= MAX_PACKETS + 1, `${packets.length} packets`);
  checkKnown(packets);
  checkKnown([codecV3.decodePacket(random.oneIn(2) ? text(random) : random.bytes(random.int(0, 9)))]);
}

function textV3(random) {
  const packet = random.oneIn(5) ? `b4${random.bytes(9).toString("base64")}` : random.int(0, 7) + text(random);
  const length = random.oneIn(8)
    ? random.pick(["", "-1", "1e1", "00", "99999", "x", String(packet.length + 1)])
    : packet.length;
  return `${length}:${packet}`;
}

function binaryV3(random) {
  const isText = random.oneIn(2);
  const packet = isText
    ? Buffer.from(random.int(0, 7) + text(random))
    : Buffer.concat([Buffer.of(random.int(0, 8)), random.bytes(random.int(0, 20))]);
  const length = random.oneIn(8) ? random.int(0, 99_999) : packet.length;
  const digits = Array.from(String(length), Number);
  return Buffer.concat([Buffer.from([random.oneIn(20) ? random.int(0, 255) : isText ? 0 : 1, ...digits, 255]), packet]);
}

function text(random) {
  return random.pick(TEXTS) + (random.oneIn(3) ? random.pick(TEXTS) : "");
}

/** Removes, repeats or replaces something. */
function damage(random, body) {
  const at = random.int(0, body.length);
  const junk = random.pick(["", "\x1e", "\x1e\x1e", ":", "9".repeat(30), "\0", "\ufffd"]);
  const tail = random.int(at, body.length);
  if (typeof body === "string") return body.slice(0, at) + junk + body.slice(tail);
  return Buffer.concat([body.subarray(0, at), Buffer.from(junk), body.subarray(tail)]);
}

function checkKnown(packets) {
  for (const [index, { type }] of packets.entries()) {
    assert.ok(KNOWN.has(type), `packet of type ${type}`);
    if (type === "error") assert.equal(index, packets.length - 1, "nothing follows an error");
  }
}

function plain(packets) {
  return packets.map(({ type, data }) => ({ type, data: data ?? "" }));
}
