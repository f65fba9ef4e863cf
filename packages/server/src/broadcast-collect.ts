import type { AdapterLike, BroadcastFlags, BroadcastOptions, BroadcastPacket, SocketId } from "@halyard/adapter";
import { MAX_TIMER_MS } from "@halyard/engine";
import debugModule from "debug";
import type { AckCallback } from "./core/acks.js";
import { BroadcastAcks } from "./core/broadcast-acks.js";

const debug = debugModule("socket.io:broadcast-operator");

/** Flags of a broadcast, with the one only operators read. */
export type OperatorFlags = BroadcastFlags & {
  /** The response itself instead of a list: the broadcast is for one socket. */
  expectSingleResponse?: boolean;
};

/** What an operator asks of its namespace. */
export interface OperatorHost {
  readonly adapter: AdapterLike;
  readonly sockets: ReadonlyMap<SocketId, { forgetAck(id: number): void }>;
  /** Reports the rejection of a promise nobody waits for: one of the adapter, or of a handler of `event`. */
  watch(result: unknown, event: string): void;
}

/**
 * Broadcasts a packet and calls `ack` once: with the responses, or with an error `operation has timed out` and the
 * responses that came in time.
 *
 * @throws TypeError for what JSON refuses; `ack` is not called then
 */
export function broadcastAndCollect(
  host: OperatorHost,
  packet: BroadcastPacket,
  options: BroadcastOptions & { readonly flags: OperatorFlags },
  ack: AckCallback,
): void {
  const { adapter } = host;
  const { timeout, expectSingleResponse, local } = options.flags;
  if (timeout === undefined) hintMissingTimeout();
  let cause: unknown;
  const acks = new BroadcastAcks(() => {
    clearTimeout(timer);
    host.watch(ack(null, expectSingleResponse === true ? acks.responses[0] : acks.responses), "ack");
  });
  // Quirk: without timeout() the wait ends at the next timer, as upstream.
  const waitMs = timeout === undefined ? undefined : Math.min(timeout, MAX_TIMER_MS);
  const timer = setTimeout(() => {
    if (!acks.giveUp()) return;
    debug("%d acknowledgements in time, others missing", acks.responses.length);
    forgetAck(host, packet.id);
    const error = new Error("operation has timed out", cause === undefined ? undefined : { cause });
    host.watch(ack(error, expectSingleResponse === true ? null : acks.responses), "ack");
  }, waitMs);
  try {
    adapter.broadcastWithAck(
      packet,
      options,
      (clientCount) => acks.onClientCount(clientCount),
      (response) => acks.onResponse(response),
    );
  } catch (error) {
    clearTimeout(timer);
    forgetAck(host, packet.id); // of those that were sent it before a listener threw
    throw error;
  }
  // When the servers cannot be counted, nobody knows when all have answered: the caller gets what comes in time.
  countServers(adapter, local === true).then(
    (serverCount) => acks.expectServers(serverCount),
    (error: unknown) => {
      cause = error;
    },
  );
}

/** Servers a broadcast goes to. Async: what an adapter throws is a failure to count. */
async function countServers(adapter: AdapterLike, isLocal: boolean): Promise<number> {
  return isLocal ? 1 : adapter.serverCount();
}

/** Nobody waits any more: takes the pending entries off the sockets of this node. */
function forgetAck(host: OperatorHost, id: number | undefined): void {
  if (id === undefined) return;
  for (const socket of host.sockets.values()) socket.forgetAck(id);
}

let hinted = false;

function hintMissingTimeout(): void {
  if (hinted) return;
  hinted = true;
  console.warn("a broadcast with an acknowledgement needs a timeout: io.timeout(ms).emit(…)");
}
