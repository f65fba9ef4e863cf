import { MAX_TIMER_MS } from "@halyard/websocket/core";
import type { Duplex } from "node:stream";
import { endLingering } from "./linger.js";
import type { AttachOptions } from "./options.js";

const DEFAULT_TIMEOUT_MS = 1000;

/**
 * Ends upgrades that are for nobody: Node leaves a socket to its `upgrade` listeners, of which there may be several.
 *
 * @returns to be called with the socket of each upgrade on a path that is not ours, whether the connection has carried
 *   requests before, and whether the reply to one of them is still to be written
 */
export function foreignUpgradeGuard(
  options: AttachOptions,
): (socket: Duplex, isReused: boolean, owesReply: boolean) => void {
  if (options.destroyUpgrade === false) return () => {};
  const timeoutMs = Math.min(options.destroyUpgradeTimeout ?? DEFAULT_TIMEOUT_MS, MAX_TIMER_MS);
  return (socket, isReused, owesReply) => {
    if (isReused && socket.readableFlowing !== null) {
      return; // a listener before us has it: Node hands it over with nobody reading
    }
    const writtenBefore = isReused ? bytesWritten(socket) : 0; // replies, else what a listener before us has answered
    const timer = setInterval(() => {
      if (bytesWritten(socket) === writtenBefore || isForgotten(socket, owesReply)) {
        clearInterval(timer);
        endLingering(socket);
      } else if (socket.readableFlowing !== null) {
        clearInterval(timer); // somebody has it
      }
    }, timeoutMs);
    socket.once("close", () => clearInterval(timer));
  };
}

/** Nobody reads, and what was written can be the late reply to an earlier request. */
function isForgotten(socket: Duplex, owesReply: boolean): boolean {
  return (owesReply || !socket.writable) && socket.readableFlowing === null && socket.listenerCount("readable") === 0;
}

function bytesWritten(socket: Duplex): number {
  return "bytesWritten" in socket && typeof socket.bytesWritten === "number" ? socket.bytesWritten : 0;
}
