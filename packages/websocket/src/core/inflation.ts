import type { CompressionDone, MessageInflater, TextPreview } from "./compression-port.js";
import type { WebSocketError } from "./errors.js";

/** Whom an inflation tells. */
export interface InflationOwner {
  /** Whether messages are to be handed out now; otherwise `proceed` is to be called later. */
  readonly takesMessages: boolean;
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
  /** "waiting": the inflater answers later; "held": it has, and the owner does not take it yet. */
  private state: "idle" | "started" | "waiting" | "held" = "idle";
  private isText = false;
  private held: Buffer = EMPTY;
  /** Of a text message whose fragments arrive; "none" when there is nothing to look with. */
  private preview: TextPreview | "none" | null = null;

  /** @param maxBytes longest message when inflated; 0 means no limit */
  constructor(inflater: MessageInflater, maxBytes: number, owner: InflationOwner) {
    this.inflater = inflater;
    this.maxBytes = maxBytes;
    this.owner = owner;
    this.done = (error, data) => this.inflated(error, data);
  }

  /** A message is being inflated, or held. */
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
    this.held = EMPTY;
    return waited;
  }

  /** Hands out what is held, if the owner takes it now. */
  proceed(): void {
    if (this.state === "held" && this.owner.takesMessages) this.handOut(this.held, false);
  }

  private endPreview(): void {
    if (this.preview !== null && this.preview !== "none") this.preview.dispose();
    this.preview = null;
  }

  private inflated(error: WebSocketError | null, data: Buffer | null): void {
    if (error !== null) return this.owner.onInflateError(error);
    if (this.owner.takesMessages) return this.handOut(data ?? EMPTY, this.state === "waiting");
    this.state = "held";
    this.held = data ?? EMPTY;
  }

  private handOut(data: Buffer, waited: boolean): void {
    this.state = "idle";
    this.held = EMPTY;
    this.owner.onInflated(data, this.isText, waited);
  }
}
