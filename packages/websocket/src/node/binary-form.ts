import type { BinaryType, RawData } from "./event-target.js";

/** A binary message in the form an application asked for. */
export function binaryAs(form: BinaryType, data: Buffer): RawData {
  switch (form) {
    case "nodebuffer":
      return data;
    case "arraybuffer":
      return new Uint8Array(data).buffer; // a copy of its own: the Buffer may share its memory
    case "fragments":
      return data.length === 0 ? [] : [data];
    case "blob":
      return new Blob([data]) as unknown as RawData; // "blob" is not in the type ws's users know
    default:
      return form satisfies never;
  }
}
