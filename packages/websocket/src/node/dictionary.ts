import { inflateRawSync } from "node:zlib";

/**
 * Whether zlib takes the dictionary of a raw stream. That of Deno ignores it, without a word; there {@link storedWindow} stands
 * in for it.
 */
export function takesDictionaries(): boolean {
  taken ??= tryDictionary();
  return taken;
}

/** A window as a stored block (RFC 1951 §3.2.4), of at most 32 KiB: what is inflated behind it can refer to it. */
export function storedWindow(window: Buffer): Buffer {
  const block = Buffer.allocUnsafe(STORED_HEADER_BYTES + window.length);
  block[0] = 0; // not final, stored
  block.writeUInt16LE(window.length, 1);
  block.writeUInt16LE(~window.length & 0xffff, 3);
  block.set(window, STORED_HEADER_BYTES);
  return block;
}

export const STORED_HEADER_BYTES = 5;

let taken: boolean | null = null;

function tryDictionary(): boolean {
  try {
    return inflateRawSync(REFERENCE, { dictionary: WORD }).equals(WORD);
  } catch {
    return false; // "invalid distance too far back"
  }
}

const WORD = Buffer.from("dictionary");
/** The word, deflated: it refers to the dictionary. */
const REFERENCE = Buffer.from("4b81b300", "hex");
