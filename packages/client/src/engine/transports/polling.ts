import { decodePacket, encodePackets } from "../codec.js";
import { startTimer } from "../globals.node.js";
import type { Packet, RawData } from "../types.js";
import { countFitting, textBytes } from "../wire-bytes.js";
import { Transport } from "./transport.js";

/** Between the packets of a body (Engine.IO protocol v4, "HTTP long-polling"). */
const SEPARATOR = "\x1e";
/** How long the server may take for our last word before its requests are cut. */
const CLOSE_TIMEOUT_MS = 5000;

/** HTTP long-polling: one GET waits for packets, one POST at a time sends some. */
export abstract class Polling extends Transport {
  private isPolling = false;
  private onPause: (() => void) | undefined;
  private closeTimer: unknown;

  get name(): string {
    return "polling";
  }

  override sizeOf(data: RawData): number {
    return textBytes(data);
  }

  override countFitting(packets: readonly Packet[], maxBytes: number): number {
    return countFitting(packets, maxBytes);
  }

  override pause(onPause: () => void): void {
    this.readyState = "pausing";
    this.onPause = onPause;
    this.settle();
  }

  override resume(): void {
    if (this.readyState !== "pausing" && this.readyState !== "paused") return;
    this.readyState = "open";
    this.onPause = undefined;
    if (!this.isPolling) this._poll();
  }

  abstract doPoll(): void;
  abstract doWrite(data: string, callback: () => void): void;
  /** Cuts the requests in flight. */
  protected abstract abort(): void;

  protected doOpen(): void {
    this._poll();
  }

  protected doClose(): void {
    // Before the open packet there is no session to say goodbye to.
    if (this.readyState === "opening") return this.abort();
    this.closeTimer = startTimer(
      { setTimeoutFn: this.setTimeoutFn, opts: this.opts },
      () => this.abort(),
      CLOSE_TIMEOUT_MS,
    );
    this.write([{ type: "close" }]);
  }

  /** The last word has arrived, or never will. */
  private farewell(): void {
    this.clearTimeoutFn(this.closeTimer as never);
    this.abort();
  }

  protected override onError(reason: string, description?: unknown, context?: unknown): this {
    if (this.readyState === "closed") this.farewell();
    return super.onError(reason, description, context);
  }

  protected write(packets: Packet[]): void {
    this.writable = false;
    encodePackets(
      packets,
      (encoded) =>
        this.doWrite(encoded.join(SEPARATOR), () => {
          if (this.readyState === "closed") return this.farewell();
          this.writable = true;
          this.emitReserved("drain");
          this.settle();
        }),
      (error) => this.onError("encode error", error),
    );
  }

  /** A body ended: packets in order, until one ends the session. */
  protected override onData(data: RawData): void {
    const body = data as string;
    for (let start = 0, end = 0; end >= 0; start = end + 1) {
      end = body.indexOf(SEPARATOR, start);
      const packet = decodePacket(body.slice(start, end < 0 ? undefined : end), this.socket?.binaryType);
      if (packet.type === "open" && this.readyState === "opening") this.onOpen();
      if (packet.type === "close") return this.onClose({ description: "transport closed by the server" });
      this.onPacket(packet);
      if (this.readyState === "closed" || packet.type === "error") return;
    }
    this.isPolling = false;
    this.emitReserved("pollComplete");
    if (this.readyState === "open") this._poll();
    else this.settle();
  }

  private _poll(): void {
    this.isPolling = true;
    this.doPoll();
    this.emitReserved("poll");
  }

  private settle(): void {
    if (this.readyState !== "pausing" || this.isPolling || !this.writable) return;
    this.readyState = "paused";
    this.onPause?.();
  }

  protected uri(): string {
    const { opts, query } = this;
    if (!this.supportsBinary && !query["sid"]) query["b64"] = 1;
    return this.createUri(opts.secure ? "https" : "http", this.stampQuery(opts.timestampRequests !== false));
  }
}
