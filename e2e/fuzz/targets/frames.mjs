// WebSocket frames: two streams made by a grammar, broken here and there, go through Connections in two ways of cutting them, in turns,
// and through the plain reading of RFC 6455 below. All must agree: the same messages, pings and pongs, then the same end.
import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import { Connection, ReaderPool } from "@halyard/websocket/core";

const MAX_PAYLOAD = 4096;
const LIMITS = { maxPayloadBytes: MAX_PAYLOAD, maxFragments: 0, maxChunks: 0, skipsUtf8Check: false };
/** Shared by all cases, as a server's connections share theirs. */
const READERS = { server: new ReaderPool("server", LIMITS), client: new ReaderPool("client", LIMITS) };
const TEXT_BASE = ["", "a", "plain text", "Grüße", "κόσμε", "日本語", "😀", "\u0000", "\uffff", "x".repeat(130)];
/** Overlong, surrogate, above U+10FFFF, cut, stray continuation, 0xff. */
const BAD_UTF8 = ["c080", "eda080", "f4908080", "e282", "80", "ff", "f0288cbc", "fe"].map((hex) =>
  Buffer.from(hex, "hex"),
);

export function run(random) {
  const role = random.pick(["server", "client"]);
  const streams = [stream(random, role), stream(random, role)];
  const expected = streams.map((bytes) => judge(bytes, role));
  for (const cut of [(bytes) => [Buffer.from(bytes)], (bytes) => random.chunks(bytes)]) {
    const chunks = streams.map(cut);
    const seen = feedInTurns(random, chunks, role);
    try {
      assert.deepEqual(seen, expected);
    } catch (error) {
      for (const [index, bytes] of streams.entries()) {
        console.error(`role ${role}, ${chunks[index].length} chunks, stream ${bytes.toString("hex")}`);
      }
      throw error;
    }
  }
}

// ------------------------------------------------------------------------------------------------ the grammar

function stream(random, role) {
  const bytes = Buffer.concat(Array.from({ length: random.int(1, 12) }, () => element(random, role)));
  if (random.oneIn(6)) damage(random, bytes);
  return random.oneIn(6) ? bytes.subarray(0, random.int(0, bytes.length)) : bytes;
}

/** A message, whole or in fragments with control frames between, or a control frame; sometimes against the rules. */
function element(random, role) {
  if (random.oneIn(12)) return control(random, role, 8);
  if (random.oneIn(5)) return control(random, role, random.pick([9, 10]));
  const opcode = random.pick([1, 2]);
  const payload = opcode === 1 ? text(random) : random.bytes(size(random));
  if (random.oneIn(2)) return frame(random, role, { opcode, payload });
  const parts = [];
  const cuts = random.int(1, 4);
  for (let i = 0, at = 0; i <= cuts; i++) {
    const end = i === cuts ? payload.length : random.int(at, payload.length);
    parts.push(
      frame(random, role, { opcode: i === 0 ? opcode : 0, fin: i === cuts, payload: payload.subarray(at, end) }),
    );
    if (i < cuts && random.oneIn(4)) parts.push(control(random, role, random.pick([9, 10])));
    at = end;
  }
  return Buffer.concat(parts);
}

function text(random) {
  const parts = Array.from({ length: random.int(0, 6) }, () => Buffer.from(random.pick(TEXT_BASE)));
  if (random.oneIn(8)) parts.splice(random.int(0, parts.length), 0, random.pick(BAD_UTF8));
  return Buffer.concat(parts);
}

function size(random) {
  return random.pick([0, 1, 2, 124, 125, 126, 127, 200, 255, 256, MAX_PAYLOAD - 1, MAX_PAYLOAD, MAX_PAYLOAD + 1]);
}

function control(random, role, opcode) {
  if (opcode !== 8)
    return frame(random, role, { opcode, payload: random.bytes(random.pick([0, 1, 4, 124, 125, 125, 126])) });
  if (random.oneIn(4)) return frame(random, role, { opcode, payload: random.bytes(random.int(0, 3)) });
  const code = Buffer.alloc(2);
  code.writeUInt16BE(
    random.pick([1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999, 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000]),
  );
  return frame(random, role, { opcode, payload: Buffer.concat([code, text(random)]).subarray(0, 125) });
}

/** A frame; now and then with wrong masking, reserved bits, opcode or FIN, or a longer form of its length. */
function frame(random, role, { opcode, fin = true, payload }) {
  const wrong = random.oneIn(40) ? random.pick(["mask", "rsv", "opcode", "fin", "length", "huge"]) : "";
  const rsv = wrong === "rsv" ? random.int(1, 7) : 0;
  const code = wrong === "opcode" ? random.int(0, 15) : opcode;
  const isMasked = (role === "server") !== (wrong === "mask");
  const isFinal = wrong === "fin" ? !fin : fin;
  const n = payload.length;
  const form = wrong === "huge" ? 8 : wrong === "length" ? random.pick([2, 8]) : n < 126 ? 0 : n < 65536 ? 2 : 8;
  const head = Buffer.alloc(2 + form);
  head[0] = (isFinal ? 0x80 : 0) | (rsv << 4) | code;
  head[1] = (isMasked ? 0x80 : 0) | (form === 0 ? n : form === 2 ? 126 : 127);
  if (form === 2) head.writeUInt16BE(n, 2);
  if (form === 8)
    head.writeBigUInt64BE(wrong === "huge" ? BigInt(random.next()) << BigInt(random.int(16, 32)) : BigInt(n), 2);
  if (!isMasked) return Buffer.concat([head, payload]);
  const key = random.bytes(4);
  return Buffer.concat([head, key, payload.map((byte, i) => byte ^ key[i & 3])]);
}

function damage(random, bytes) {
  for (let i = random.int(1, 3); i > 0 && bytes.length > 0; i--) bytes[random.int(0, bytes.length - 1)] = random.next();
}

// ------------------------------------------------------------------------------------------------ ours

/** The chunks of several connections, those of each in their order. */
function feedInTurns(random, chunksOfEach, role) {
  const peers = chunksOfEach.map((chunks) => ({ chunks, at: 0, ...open(role) }));
  const inTurn = () => peers.filter(({ chunks, at }) => at < chunks.length);
  for (let waiting = inTurn(); waiting.length > 0; waiting = inTurn()) {
    const peer = random.pick(waiting);
    peer.connection.receive(peer.chunks[peer.at++]);
  }
  return peers.map(({ end }) => end());
}

function open(role) {
  const seen = [];
  let failure = null;
  const connection = new Connection(
    role,
    {
      onText: (data) => seen.push(["text", Buffer.from(data).toString("hex")]),
      onTextBytes: (data) => seen.push(["text", data.toString("hex")]),
      onBinary: (data) => seen.push(["binary", data.toString("hex")]),
    },
    {
      onPing: (data) => seen.push(["ping", data.toString("hex")]),
      onPong: (data) => seen.push(["pong", data.toString("hex")]),
      onError: (error) => (failure = error.closeCode),
      perform: () => {},
      pauseReading: () => {},
      resumeReading: () => {},
    },
  );
  connection.open(READERS[role], null);
  const end = () => ({ seen, end: failure ?? (connection.state.tag === "open" ? "open" : "closed") });
  return { connection, end };
}

// ------------------------------------------------------------------------------------------------ RFC 6455, read plainly

/** The close codes RFC 6455 §7.4 and IANA let a peer send. */
const isCloseCode = (code) =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);

function judge(stream, role) {
  const seen = [];
  let message = null;
  let at = 0;
  const fail = (end) => ({ seen, end });
  const open = () => ({ seen, end: "open" });
  for (;;) {
    if (stream.length - at < 2) return open();
    const [first, second] = [stream[at], stream[at + 1]];
    const fin = (first & 0x80) !== 0;
    const opcode = first & 0x0f;
    if ((first & 0x70) !== 0) return fail(1002);
    if (opcode >= 8) {
      if (opcode > 10 || !fin || (second & 0x7f) > 125) return fail(1002);
    } else if (opcode > 2 || (opcode === 0) === (message === null)) return fail(1002);
    if (((second & 0x80) !== 0) !== (role === "server")) return fail(1002);
    let length = second & 0x7f;
    let head = 2;
    if (length >= 126) {
      const form = length === 126 ? 2 : 8;
      if (stream.length - at < head + form + (role === "server" ? 4 : 0)) return open();
      length = form === 2 ? stream.readUInt16BE(at + 2) : Number(stream.readBigUInt64BE(at + 2));
      head += form;
    } else if (stream.length - at < head + (role === "server" ? 4 : 0)) return open();
    if (opcode < 8) {
      message ??= { opcode, parts: [], length: 0 };
      message.length += length;
      if (message.length > MAX_PAYLOAD) return fail(1009);
    }
    const key = role === "server" ? stream.subarray(at + head, at + head + 4) : null;
    const start = at + head + (key === null ? 0 : 4);
    const there = Buffer.from(stream.subarray(start, start + length)).map((byte, i) =>
      key === null ? byte : byte ^ key[i & 3],
    );
    const isWhole = there.length === length;
    at = start + length;
    if (opcode < 8) {
      message.parts.push(there);
      const data = Buffer.concat(message.parts);
      // §8.1: text fails at the first byte no completion can make right.
      if (message.opcode === 1 && !couldBeUtf8(data)) return fail(1007);
      if (!isWhole) return open();
      if (!fin) continue;
      if (message.opcode === 1 && !isUtf8(data)) return fail(1007);
      seen.push([message.opcode === 1 ? "text" : "binary", data.toString("hex")]);
      message = null;
      continue;
    }
    if (!isWhole) return open();
    if (opcode === 8) {
      if (length === 1) return fail(1002);
      if (length >= 2 && !isCloseCode(there.readUInt16BE(0))) return fail(1002);
      return isUtf8(there.subarray(2)) ? fail("closed") : fail(1007);
    }
    seen.push([opcode === 9 ? "ping" : "pong", there.toString("hex")]);
  }
}

/** True when some bytes behind `data` could make it UTF-8: what misses is the end of one character. */
function couldBeUtf8(data) {
  if (isUtf8(data)) return true;
  const tails = ["80", "8080", "808080", "90", "9080", "908080", "a0", "a080", "a08080", "9f", "8f8080"];
  return tails.some((tail) => isUtf8(Buffer.concat([data, Buffer.from(tail, "hex")])));
}
