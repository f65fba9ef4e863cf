import type { CloseReason } from "./core/close-reason.js";
import type { HeartbeatTiming } from "./core/heartbeat.js";
import type { EnginePacket, RawData } from "./packet.js";
import type { Scheduler } from "./ticker.js";
import type { TransportName } from "./transports/transport.js";

/** Direct delivery from a session, in place of the events `data` and `close`. */
export interface SessionSink {
  /** A message, in wire order. */
  onMessage(data: string | Buffer): void;
  /** Once, when the session has ended. */
  onClose(reason: CloseReason, description?: unknown): void;
  /** The application is about to put something in the place of the session's `request`. */
  onRequestReplaced?(): void;
}

/** Options of `write`. */
export interface SendOptions {
  /** May be compressed, if the transport does and the message is long enough; default `true`. */
  compress?: boolean;
  /** Complete unmasked text frame of the message, used on a WebSocket that does not compress. */
  wsPreEncodedFrame?: Buffer | readonly Buffer[];
}

/** What a session asks of its server; `S` is the session. */
export interface SessionHost<S> {
  readonly ticker: Scheduler;
  readonly timing: HeartbeatTiming;
  readonly upgradeTimeoutMs: number;
  /** bytes that may wait for one peer */
  readonly maxBufferedAmount: number;
  /** whether somebody listens to `flush` or `drain` of the server */
  readonly watchesFlushes: boolean;
  /** whether the application has a hook that is given requests, and may have kept or changed one */
  readonly watchesRequests: boolean;
  readonly initialPacket: RawData;
  /** Text of the open packet. */
  openPacketData(sid: string, transport: TransportName): string;
  onFlush(session: S, packets: EnginePacket[]): void;
  onDrain(session: S): void;
  onSessionClosed(session: S): void;
}
