import type { Packet } from "./core/packet.js";
import { nextTick } from "./engine/globals.node.js";

/** Decoded packets on their way to listeners, in order. */
export interface Inbox {
  push(packet: Packet): void;
  /** Delivers what is waiting, now. */
  drain(): void;
  clear(): void;
}

/**
 * Packets wait for the next tick: a listener that throws does not cut the network message its packet came with. When one
 * throws, the rest follows in a tick of its own.
 */
export function createInbox(deliver: (packet: Packet) => void): Inbox {
  let packets: Packet[] = [];
  let next = 0;
  const clear = (): void => {
    packets = [];
    next = 0;
  };
  const drain = (): void => {
    try {
      while (next < packets.length) deliver(packets[next++]!);
    } finally {
      if (next < packets.length) nextTick(drain);
      else clear();
    }
  };
  return {
    push(packet) {
      if (packets.push(packet) === 1) nextTick(drain);
    },
    drain,
    clear,
  };
}
