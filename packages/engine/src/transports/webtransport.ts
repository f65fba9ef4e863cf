import type {
  ReadableStream,
  ReadableStreamDefaultReader,
  WritableStream,
  WritableStreamDefaultWriter,
} from "node:stream/web";
import { webTransportHeader } from "../core/webtransport-header.js";
import { logger } from "../log.js";
import { type EnginePacket, packetBytes } from "../packet.js";
import { throwLater } from "../throw-later.js";
import { Transport } from "./transport.js";

const debug = logger("engine:webtransport");
const texts = new TextEncoder();

/** How long a peer may take to read the rest, once this side has closed. */
const LINGER_MS = 5000;
/** And to answer the end of the stream, once that is on its way: clients of engine.io-client do not. */
const ANSWER_MS = 1000;

/** What is used of a WebTransport session, whichever library made it. */
export interface WebTransportSession {
  readonly incomingBidirectionalStreams: ReadableStream<WebTransportStream>;
  readonly closed: Promise<unknown>;
  close(): void;
}

export interface WebTransportStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** Engine.IO over one bidirectional stream of a WebTransport session; protocol v4 only. */
export class WebTransport extends Transport {
  static readonly upgradesTo: readonly string[] = [];
  private readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  private sendingBytes = 0;
  private lingerTimer: NodeJS.Timeout | undefined;

  /** @param packets what the stream decodes to, without the open packet */
  constructor(
    private readonly session: WebTransportSession,
    stream: WebTransportStream,
    packets: ReadableStreamDefaultReader<EnginePacket>,
  ) {
    super(4, true);
    this.writer = stream.writable.getWriter();
    this.writer.closed.catch(() => this.onStreamEnd());
    void this.read(packets);
    session.closed.then(
      () => this.onSessionEnd(undefined),
      (error: unknown) => this.onSessionEnd(error instanceof Error ? error : undefined),
    );
  }

  override get name(): "webtransport" {
    return "webtransport";
  }

  override get writable(): boolean {
    return this.sendingBytes === 0 && this.readyState === "open";
  }

  override get bufferedAmount(): number {
    return this.sendingBytes;
  }

  override isCongested(): boolean {
    return this.sendingBytes > 0;
  }

  override send(packets: EnginePacket[]): void {
    for (const packet of packets) {
      this.sendingBytes += packetBytes(packet);
    }
    void this.write(packets);
  }

  protected override doClose(onClosed: (() => void) | null): void {
    debug("closing WebTransport session");
    // A session that closes drops what its streams have not sent yet. The stream ends first; the peer closes when it has read that.
    this.writer.close().then(
      () => this.linger(ANSWER_MS),
      () => debug("the stream was closed"),
    );
    this.linger(LINGER_MS);
    onClosed?.();
  }

  private linger(ms: number): void {
    clearTimeout(this.lingerTimer);
    if (this.readyState !== "closed") this.lingerTimer = setTimeout(() => this.abort(), ms);
  }

  override abort(): void {
    closeQuietly(this.session);
  }

  private onSessionEnd(error: Error | undefined): void {
    clearTimeout(this.lingerTimer);
    // What arrived before is on its way through streams, and then through a tick, to whom it is for.
    setImmediate(() => this.ended(error));
  }

  /** Nothing comes any more, or nothing can be sent: no use waiting for the heartbeat to find out. */
  private onStreamEnd(): void {
    debug("the stream was closed");
    closeQuietly(this.session); // no harm when its end is why the stream ends
  }

  private async write(packets: readonly EnginePacket[]): Promise<void> {
    try {
      // All at once: the end of the stream may be written next.
      await Promise.all(packets.map((packet) => this.writeFrame(packet)));
    } catch (error) {
      debug("error while writing: %o", error);
      return; // the end of the session is told by `closed`
    }
    this.sendingBytes = 0;
    try {
      this.drained();
      this.becomeReady();
    } catch (thrown) {
      throwLater(thrown);
    }
  }

  private writeFrame(packet: EnginePacket): Promise<void> {
    // A frame without content is a fault for whoever reads it: no bytes travel as base64, the text "b".
    const encoded = this.codec.encodePacket(packet, packetBytes(packet) > 0);
    const isText = typeof encoded === "string";
    const payload = isText ? texts.encode(encoded) : encoded;
    const header = webTransportHeader(payload.length, isText ? "text" : "binary");
    this.writer.write(header).catch(() => {}); // the payload fails as well
    return this.writer.write(payload);
  }

  private async read(packets: ReadableStreamDefaultReader<EnginePacket>): Promise<void> {
    for (let packet = await nextOf(packets); packet !== null; packet = await nextOf(packets)) {
      try {
        this.deliver(packet);
      } catch (thrown) {
        throwLater(thrown); // the packets behind it are delivered all the same
      }
    }
    this.onStreamEnd();
  }
}

/** For whatever library: some throw when the session is gone, which a timer of ours may find out. */
export function closeQuietly(session: WebTransportSession): void {
  try {
    session.close();
  } catch (error) {
    debug("session is closed already: %o", error);
  }
}

/** @returns `null` at the end of the stream, and when it cannot be read any more */
async function nextOf(packets: ReadableStreamDefaultReader<EnginePacket>): Promise<EnginePacket | null> {
  try {
    const next = await packets.read();
    return next.done ? null : next.value;
  } catch (error) {
    debug("error while reading: %o", error);
    return null;
  }
}
