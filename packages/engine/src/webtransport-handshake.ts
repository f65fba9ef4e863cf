import { MAX_TIMER_MS } from "@halyard/websocket/core";
import { IncomingMessage } from "node:http";
import { Socket as TcpSocket } from "node:net";
import type { ReadableStream, ReadableStreamDefaultReader, WritableStream } from "node:stream/web";
import { createPacketDecoderStream } from "engine.io-parser";
import { logger } from "./log.js";
import type { EnginePacket } from "./packet.js";
import { parseQuery } from "./query.js";
import type { EngineRequest } from "./request.js";
import { closeQuietly, type WebTransportSession, type WebTransportStream } from "./transports/webtransport.js";

const debug = logger("engine:webtransport");

/** What a peer says when it arrives by WebTransport. */
export interface WebTransportArrival {
  readonly stream: WebTransportStream;
  readonly packets: ReadableStreamDefaultReader<EnginePacket>;
  /** the session it wants to upgrade; `null` for a new one */
  readonly sid: string | null;
}

/**
 * Waits for the first stream of a session and the open packet on it.
 *
 * @returns `null` when the peer does not keep to the protocol, or takes longer than `timeoutMs`: the session is closed
 */
export async function awaitArrival(
  session: WebTransportSession,
  timeoutMs: number,
  maxPacketBytes: number,
): Promise<WebTransportArrival | null> {
  const timer = setTimeout(() => closeQuietly(session), Math.min(timeoutMs, MAX_TIMER_MS));
  session.closed.catch(() => debug("session failed"));
  try {
    const first = await session.incomingBidirectionalStreams.getReader().read();
    if (first.done) {
      debug("session is closed");
      return null;
    }
    const decoder = createPacketDecoderStream(maxPacketBytes, "nodebuffer") as {
      readable: ReadableStream<EnginePacket>;
      writable: WritableStream<Uint8Array>;
    };
    const packets = first.value.readable.pipeThrough(decoder).getReader();
    const opening = await packets.read();
    const sid = opening.done ? undefined : sidOf(opening.value);
    if (sid !== undefined) return { stream: first.value, packets, sid };
    debug("invalid WebTransport handshake");
  } catch (error) {
    debug("error while waiting for the handshake: %o", error);
  } finally {
    clearTimeout(timer);
  }
  closeQuietly(session);
  return null;
}

/** Stands for the request that a session by WebTransport never made over HTTP. */
export function webTransportRequest(): EngineRequest {
  const socket = Object.assign(new TcpSocket(), { encrypted: true }); // QUIC always is
  const url = "/?EIO=4&transport=webtransport";
  return Object.assign(new IncomingMessage(socket), { method: "GET", url, _query: parseQuery(url) });
}

/** @returns `undefined` for anything but an open packet, empty or with `{"sid":"…"}` */
function sidOf(packet: EnginePacket): string | null | undefined {
  if (packet.type !== "open") return undefined;
  if (!packet.data) return null;
  const content: unknown = JSON.parse(String(packet.data));
  const isObject = typeof content === "object" && content !== null && "sid" in content;
  return isObject && typeof content.sid === "string" ? content.sid : undefined;
}
