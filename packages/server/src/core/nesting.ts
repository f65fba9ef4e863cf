import { ServerError } from "../errors.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** @throws ServerError when the JSON of a packet nests deeper than `max`. @param from as in {@link nestsDeeperThan} */
export function assertNesting(text: string, from: number, max: number): void {
  if (nestsDeeperThan(text, from, max)) {
    throw new ServerError("ERR_NESTING_TOO_DEEP", `payload nests deeper than ${max}`);
  }
}

/**
 * Tells whether JSON nests arrays and objects deeper than `max`, by one linear scan and before anything is built.
 *
 * @param from offset of the first character of the JSON text
 */
export function nestsDeeperThan(text: string, from: number, max: number): boolean {
  // Each level costs a character: what is shorter than the bound cannot break it, nor what opens less often.
  if (text.length - from <= max || !opensMoreThan(text, from, max)) return false;
  let depth = 0;
  let inString = false;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) {
      inString = true;
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > max) return true;
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    }
  }
  return false;
}

/** Counts brackets and braces, those in strings too: native search from one to the next, a tenth of a scan. */
function opensMoreThan(text: string, from: number, max: number): boolean {
  let left = max;
  for (const opening of ["[", "{"]) {
    for (let at = text.indexOf(opening, from); at !== -1; at = text.indexOf(opening, at + 1)) {
      if (left-- === 0) return true;
    }
  }
  return false;
}
