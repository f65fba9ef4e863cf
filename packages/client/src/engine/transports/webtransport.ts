import { createFrameDecoder, encodeHeader } from "../core/webtransport-frame.js";
import { decodePacket } from "../codec.js";
import { encodePlain } from "../plain-codec.js";
import type { Packet, RawData } from "../types.js";
import { Transport } from "./transport.js";

/** Largest packet accepted from the server, in bytes, unless `maxPayload` says otherwise. */
const MAX_PACKET_BYTES = 100 * 1024 * 1024;

/** How long a server may take to read the rest, and to close the session, once this side has closed. */
const LINGER_MS = 5000;

const NO_CHUNK: { readonly value?: undefined } = {};

interface ByteStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** One bidirectional stream of a WebTransport session (HTTP/3). */
export class WT extends Transport {
  private transport: WebTransport | undefined;
  private writer: WritableStreamDefaultWriter<Uint8Array> | undefined;

  get name(): string {
    return "webtransport";
  }

  protected doOpen(): void {
    this.run().catch(this.onFault);
  }

  private readonly onFault = (error: unknown): void => {
    this.onError("webtransport error", error);
  };

  /** Also when the stream has ended: why, is told by `closed`, of a session that was lost, closed, or is closed here. */
  private readonly closeSession = (): void => {
    this.transport?.close();
  };

  /** Connects, says which session this is, then reads until the stream ends. */
  private async run(): Promise<void> {
    const transport = new WebTransport(this.createUri("https"), this.opts.transportOptions?.[this.name]);
    this.transport = transport;
    transport.closed.then(() => this.onClose(), this.onFault);
    await transport.ready;
    const { readable, writable }: ByteStream = await transport.createBidirectionalStream();
    const { sid } = this.query;
    const texts = new TextDecoder();
    const takeChunk = createFrameDecoder(
      {
        onFrame: (payload, isBinary) => this.onData(isBinary ? (payload.buffer as ArrayBuffer) : texts.decode(payload)),
        onFault: () => this.onPacket({ type: "error", data: "parser error" }),
      },
      this.opts.maxPayload ?? MAX_PACKET_BYTES,
    );
    this.writer = writable.getWriter();
    this.putFrames(["0" + (sid ? JSON.stringify({ sid }) : "")]).catch(this.closeSession);
    this.onOpen(); // what is sent from now on queues behind the first packet
    for (const reader = readable.getReader(); ;) {
      const { value } = await reader.read().catch(() => NO_CHUNK);
      if (!value) return this.closeSession();
      if (this.readyState !== "closed") takeChunk(value);
    }
  }

  private async putFrames(encoded: readonly RawData[]): Promise<void> {
    for (const data of encoded) {
      const isText = typeof data === "string";
      const bytes = isText
        ? new TextEncoder().encode(data)
        : new Uint8Array(await new Response(data as BodyInit).arrayBuffer());
      if (!bytes.length) {
        await this.putFrames(["b"]); // base64: a frame without content is a fault for whoever reads it
        continue;
      }
      void this.writer?.write(encodeHeader(bytes.length, !isText)).catch(() => {}); // the next write says it too
      await this.writer?.write(bytes);
    }
  }

  protected override onData(data: RawData): void {
    this.onPacket(decodePacket(data, this.socket?.binaryType));
  }

  protected write(packets: Packet[]): void {
    this.writable = false;
    this.putFrames(packets.map(encodePlain)).then(() => this.drainSoon(), this.closeSession);
  }

  /** Closing the session drops what the stream has not sent yet: the stream ends, and the server closes when it has read that. */
  protected doClose(): void {
    this.setTimeoutFn(this.closeSession, this.writer ? LINGER_MS : 0);
    this.writer?.close().catch(this.closeSession);
  }
}
