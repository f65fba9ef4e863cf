import type {
  ReadableStream,
  ReadableStreamDefaultReader,
  WritableStream,
  WritableStreamDefaultWriter,
} from "node:stream/web";
import { createPacketEncoderStream } from "engine.io-parser";
import { logger } from "../log.js";
import { type EnginePacket, packetBytes } from "../packet.js";
import { throwLater } from "../throw-later.js";
import { Transport } from "./transport.js";

const debug = logger("engine:webtransport");

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
  private readonly writer: WritableStreamDefaultWriter<EnginePacket>;
  private sendingBytes = 0;

  /** @param packets what the stream decodes to, without the open packet */
  constructor(
    private readonly session: WebTransportSession,
    stream: WebTransportStream,
    packets: ReadableStreamDefaultReader<EnginePacket>,
  ) {
    super(4, true);
    const encoder = createPacketEncoderStream() as {
      readable: ReadableStream<Uint8Array>;
      writable: WritableStream<EnginePacket>;
    };
    encoder.readable.pipeTo(stream.writable).catch(() => debug("the stream was closed"));
    this.writer = encoder.writable.getWriter();
    void this.read(packets);
    session.closed.then(
      () => this.ended(),
      (error: unknown) => this.ended(error instanceof Error ? error : undefined),
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
    closeQuietly(this.session);
    onClosed?.();
  }

  private async write(packets: readonly EnginePacket[]): Promise<void> {
    try {
      for (const packet of packets) {
        await this.writer.write(packet);
      }
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

  private async read(packets: ReadableStreamDefaultReader<EnginePacket>): Promise<void> {
    for (let packet = await nextOf(packets); packet !== null; packet = await nextOf(packets)) {
      try {
        this.deliver(packet);
      } catch (thrown) {
        throwLater(thrown); // the packets behind it are delivered all the same
      }
    }
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

/** @returns `null` at the end of the stream, and when it cannot be read any more: `closed` of the session tells why */
async function nextOf(packets: ReadableStreamDefaultReader<EnginePacket>): Promise<EnginePacket | null> {
  try {
    const next = await packets.read();
    return next.done ? null : next.value;
  } catch (error) {
    debug("error while reading: %o", error);
    return null;
  }
}
