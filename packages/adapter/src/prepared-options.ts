import { PreparedMessage } from "@halyard/websocket/core";
import type { EncodedPacket, EngineWriteOptions } from "./host.js";
import type { BroadcastFlags } from "./types.js";

/** How one broadcast is written, shared by its recipients. The frame is made when the first of them asks for it. */
export class PreparedOptions implements EngineWriteOptions {
  readonly preEncoded = true;
  readonly volatile: boolean | undefined;
  compress: boolean | undefined;
  readonly prepared: PreparedMessage | null;

  constructor(encoded: EncodedPacket, flags: BroadcastFlags | undefined) {
    this.volatile = flags?.volatile;
    this.compress = flags?.compress;
    this.prepared = prepareText(encoded);
  }

  // Compatibility: names reached from outside. Views of the real owner, no state here.

  /** `undefined` for packets with attachments. */
  get wsPreEncodedFrame(): readonly [header: Buffer, payload: Buffer] | undefined {
    return this.prepared?.frameViews;
  }
}

/** Only a packet which is one text message can be shared as one frame; `4` is the Engine.IO packet type "message". */
function prepareText(encoded: EncodedPacket): PreparedMessage | null {
  const text = encoded[0];
  return encoded.length === 1 && typeof text === "string" ? new PreparedMessage("4" + text) : null;
}
