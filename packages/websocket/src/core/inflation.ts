import type { CompressionDone, MessageInflater, TextPreview } from "./compression-port.js";
import type { WebSocketError } from "./errors.js";

/** Whom an inflation tells. */
export interface InflationOwner {
  /** @param waited it was not ready when `inflate` returned */
  onInflated(data: Buffer, isText: boolean, waited: boolean): void;
  /** The message is lost. The owner is to call `stop`. */
  onInflateError(error: WebSocketError): void;
}

const EMPTY: Buffer = Buffer.alloc(0);

/** The compressed messages of a connection (RFC 7692), one at a time. */
export class Inflation {
  private readonly inflater: MessageInflater;
  private readonly maxBytes: number;
  private readonly owner: InflationOwner;
  private readonly done: CompressionDone;
  /** "waiting": the inflater answers later. */
  private state: "idle" | "started" | "waiting" = "idle";
  private isText = false;
  /** Of a text message whose fragments arrive; "none" when there is nothing to look with. */
  private preview: TextPreview | "none" | null = null;

  /** @param maxBytes longest message when inflated; 0 means no limit */
  constructor(inflater: MessageInflater, maxBytes: number, owner: InflationOwner) {
    this.inflater = inflater;
    this.maxBytes = maxBytes;
    this.owner = owner;
    this.done = (error, data) => this.inflated(error, data);
  }

  /** A message is being inflated. */
  get isBusy(): boolean {
    return this.state !== "idle";
  }

  /** Inflates a whole message. The owner may be told before this returns. @returns false when it will be told later */
  inflate(payload: Buffer, isText: boolean): boolean {
    this.endPreview();
    this.isText = isText;
    this.state = "started";
    this.inflater.inflate(payload, this.maxBytes, this.done);
    // oxlint-disable-next-line typescript/no-unnecessary-condition -- `inflate` may have called `inflated`
    if (this.state !== "started") return true;
    this.state = "waiting";
    return false;
  }

  /** RFC 6455 §8.1: text that cannot become valid any more fails before it is whole. @param payload not changed from now on */
  inspect(payload: Buffer): void {
    this.preview ??= this.inflater.preview(this.maxBytes, (error) => this.owner.onInflateError(error)) ?? "none";
    if (this.preview !== "none") this.preview.push(payload);
  }

  /** No more messages. @returns whether one was waited for */
  stop(): boolean {
    this.endPreview();
    this.inflater.dispose();
    const waited = this.state === "waiting";
    this.state = "idle";
    return waited;
  }

  private endPreview(): void {
    if (this.preview !== null && this.preview !== "none") this.preview.dispose();
    this.preview = null;
  }

  private inflated(error: WebSocketError | null, data: Buffer | null): void {
    if (error !== null) return this.owner.onInflateError(error);
    const waited = this.state === "waiting";
    this.state = "idle";
    this.owner.onInflated(data ?? EMPTY, this.isText, waited);
  }
}
