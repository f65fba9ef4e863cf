import type { Duplex } from "node:stream";
import type { ConnectionState } from "../core/connection-state.js";
import type { SendCallback } from "../core/frame-output.js";
import { PERMESSAGE_DEFLATE } from "../core/permessage-deflate.js";
import type { SocketShell } from "./socket-shell.js";

/** Where `ws` has the limits of the receiving side. */
export interface ReceiverView {
  readonly _maxPayload: number;
  readonly _extensions: { readonly [PERMESSAGE_DEFLATE]?: { readonly _maxPayload: number } };
}

/** What programs use of the sender that `ws` has. */
export interface SenderView {
  readonly _socket: Duplex | null;
  /** Sends a frame in pieces, as `Sender.frame` makes it. */
  sendFrame(frame: readonly Buffer[], done?: SendCallback): void;
}

export function receiverView(maxPayloadBytes: number, isCompressed: boolean): ReceiverView {
  const limits = { _maxPayload: maxPayloadBytes };
  return { ...limits, _extensions: isCompressed ? { [PERMESSAGE_DEFLATE]: limits } : {} };
}

export function senderView(shell: SocketShell): SenderView {
  return {
    _socket: shell.socket,
    sendFrame: (frame, done) => shell.openSender()?.sendFrame(Buffer.concat(frame), done ?? null),
  };
}

/** Whether a Close frame was sent or received, as far as is known: of a closed connection, whether both were. */
export function hasCloseFrame(state: ConnectionState, which: "sent" | "received"): boolean {
  return state.tag === "closing" ? state[which] !== null : state.tag === "closed" && state.wasClean;
}
