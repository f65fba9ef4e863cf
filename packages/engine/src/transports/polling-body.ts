import type { Codec } from "../codec.js";
import { logger } from "../log.js";
import type { EnginePacket } from "../packet.js";
import { unwrapJsonpForm } from "./jsonp.js";

const debug = logger("engine:polling");

/** `binary`: a payload of revision 3 with binary packets; `jsonp`: a form with one field, as scripts of revision 3 send. */
export type BodyKind = "text" | "binary" | "jsonp";

/** Packets of the body of a POST. What cannot be read ends in a packet of type `error`. */
export function decodeBody(body: Buffer, kind: BodyKind, codec: Codec, maxPackets: number): EnginePacket[] {
  try {
    const text = kind === "binary" ? null : body.toString("utf8");
    const data = kind === "jsonp" && text !== null ? unwrapJsonpForm(text) : (text ?? body);
    return data === null ? [] : codec.decodePayload(data, maxPackets);
  } catch (error) {
    debug("payload cannot be decoded: %o", error);
    return [{ type: "error", data: "parser error" }];
  }
}
