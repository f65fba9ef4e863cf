/// <reference types="node" />
import { expect, it } from "vitest";
import { firstByte, frame } from "./frame-encoder.js";
import type { MessageReader, ReaderOwner } from "./message-reader.js";
import { Opcode } from "./opcode.js";
import { ReaderPool } from "./reader-pool.js";

/** What a connection is told, as far as these tests go. */
function owner(name: string, said: string[]): ReaderOwner {
  const unexpected = (): void => expect.unreachable();
  return {
    messages: {
      onText: (text) => said.push(`${name} ${text}`),
      onTextBytes: (data) => said.push(`${name} ${data.toString()}`),
      onBinary: unexpected,
    },
    onControl: unexpected,
    onFrameError: ({ code }) => said.push(`${name} ${code}`),
    onCompressed: (payload) => said.push(`${name} compressed ${payload.toString()}`),
    onCompressedPart: unexpected,
    onMessageError: unexpected,
  };
}

const limits = { maxPayloadBytes: 100, maxFragments: 0, maxChunks: 0, skipsUtf8Check: false };
const text = (payload: string, rsv1 = false): Buffer => frame(firstByte(Opcode.Text, true, rsv1), Buffer.from(payload));

it("lends the reader that came back last, to one owner after the other", () => {
  const said: string[] = [];
  const pool = new ReaderPool("client", limits);
  const reader = pool.borrow(owner("a", said), false);
  reader.parser.push(text("1"));
  pool.giveBack(reader);
  expect(pool.borrow(owner("b", said), false)).toBe(reader);
  reader.parser.push(text("2"));
  expect(said).toEqual(["a 1", "b 2"]);
});

it("hands nothing of a reader that is back to the owner it had", () => {
  const said: string[] = [];
  const pool = new ReaderPool("client", limits);
  const reader = pool.borrow(owner("a", said), false);
  pool.giveBack(reader);
  reader.parser.push(text("1"));
  expect(said).toEqual([]);
});

it("has readers of their own for connections that agreed on compression", () => {
  const said: string[] = [];
  const pool = new ReaderPool("client", limits);
  const inflating = pool.borrow(owner("a", said), true);
  pool.giveBack(inflating);
  const plain = pool.borrow(owner("b", said), false);
  expect(plain).not.toBe(inflating);
  plain.parser.push(text("1", true));
  expect(pool.borrow(owner("c", said), true)).toBe(inflating);
  inflating.parser.push(text("2", true));
  expect(said).toEqual(["b WS_ERR_UNEXPECTED_RSV_1", "c compressed 2"]);
});

it("keeps some, however many were out at once", () => {
  const pool = new ReaderPool("server", limits);
  const borrow = (): MessageReader => pool.borrow(owner("a", []), false);
  const out = Array.from({ length: 40 }, borrow);
  expect(new Set(out).size).toBe(40);
  for (const reader of out) pool.giveBack(reader);
  const again = Array.from({ length: 40 }, borrow);
  expect(again.filter((reader) => out.includes(reader))).toHaveLength(16);
});
