import { Emitter, type NoEvents } from "../../emitter.js";
import { nextTick } from "../globals.node.js";
import type { SocketOptions } from "../options.js";
import { installTimerFunctions } from "../timers.js";
import type { CloseDetails, Packet, RawData, TransportHost } from "../types.js";
import { decodePlain } from "../plain-codec.js";
import { bracketed, encodeQuery } from "../uri.js";
import { wireBytes } from "../wire-bytes.js";

/** A transport failed. */
export class TransportError extends Error {
  readonly type = "TransportError";

  /**
   * @param description HTTP status, `ErrorEvent` or error
   * @param context the request or response
   */
  constructor(
    reason: string,
    readonly description: unknown,
    readonly context: unknown,
  ) {
    super(reason);
  }
}

export interface TransportReservedEvents {
  open: () => void;
  error: (error: TransportError) => void;
  packet: (packet: Packet) => void;
  close: (details?: CloseDetails) => void;
  poll: () => void;
  pollComplete: () => void;
  drain: () => void;
}

/** What a transport is constructed with: the session's options, completed. */
export interface TransportOptions extends Omit<SocketOptions, "query"> {
  query?: Record<string, unknown>;
  socket?: TransportHost;
}

/** One way to the server. Packets go in by `send` while `writable`; everything else comes out as events. */
export abstract class Transport extends Emitter<NoEvents, NoEvents, TransportReservedEvents> {
  readonly opts: TransportOptions;
  query: Record<string, unknown>;
  writable: boolean;
  readyState: "" | "opening" | "open" | "pausing" | "paused" | "closed";
  supportsBinary: boolean;
  protected readonly socket: TransportHost | undefined;
  declare protected setTimeoutFn: typeof setTimeout;
  declare protected clearTimeoutFn: typeof clearTimeout;

  constructor(options: TransportOptions) {
    super();
    installTimerFunctions(this, options);
    this.opts = options;
    this.query = options.query ?? {};
    this.writable = false;
    this.readyState = "";
    this.socket = options.socket;
    this.supportsBinary = !options.forceBase64;
  }

  abstract get name(): string;

  /** Finishes what is in flight, then calls back: nothing is lost when another transport takes over. */
  pause(_onPause: () => void): void {}

  /** Takes `pause` back. */
  resume(): void {}

  open(): this {
    this.readyState = "opening";
    this.doOpen();
    return this;
  }

  close(): this {
    if (this.readyState && this.readyState !== "closed") {
      this.doClose();
      this.onClose();
    }
    return this;
  }

  /** @internal Bytes of a message on the wire, type character included. */
  sizeOf(data: RawData): number {
    return wireBytes(data);
  }

  /** @internal How many of `packets` one write can take, at least one; `maxBytes` is what the server accepts. */
  countFitting(packets: readonly Packet[], _maxBytes: number): number {
    return packets.length;
  }

  send(packets: Packet[]): void {
    if (this.readyState === "open") this.write(packets);
  }

  protected abstract doOpen(): void;
  protected abstract doClose(): void;
  protected abstract write(packets: Packet[]): void;

  protected onOpen(): void {
    this.readyState = "open";
    this.writable = true;
    this.emitReserved("open");
  }

  /** @internal What was written is on its way. */
  protected drainSoon(): void {
    nextTick(() => {
      this.writable = true;
      this.emitReserved("drain");
    });
  }

  protected onData(data: RawData): void {
    this.onPacket(decodePlain(data, this.socket?.binaryType));
  }

  protected onPacket(packet: Packet): void {
    this.emitReserved("packet", packet);
  }

  protected onError(reason: string, description?: unknown, context?: unknown): this {
    this.emitReserved("error", new TransportError(reason, description, context));
    return this;
  }

  protected onClose(details?: CloseDetails): void {
    this.readyState = "closed";
    this.emitReserved("close", details);
  }

  protected createUri(schema: string, query: Record<string, unknown> = {}): string {
    const { hostname = "", port, secure, path = "" } = this.opts;
    const text = encodeQuery(query);
    return (
      `${schema}://` +
      bracketed(hostname) +
      (port && Number(port) !== (secure ? 443 : 80) ? `:${port}` : "") +
      path +
      (text && `?${text}`)
    );
  }

  /** @internal Adds to the query what keeps caches and base64 servers right. */
  protected stampQuery(isStamped: boolean | undefined): Record<string, unknown> {
    const { query, opts } = this;
    if (isStamped) query[opts.timestampParam ?? "t"] = randomText();
    return query;
  }
}

/** Eight characters that differ from request to request. */
function randomText(): string {
  return Date.now().toString(36).slice(3) + Math.random().toString(36).slice(2, 5);
}
