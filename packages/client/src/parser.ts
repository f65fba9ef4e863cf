import { insertAttachments, isBinary } from "./core/attachments.js";
import { decodePacket, type JsonReviver } from "./core/decode-packet.js";
import { encodePacket, type JsonReplacer } from "./core/encode-packet.js";
import type { Packet } from "./core/packet.js";
import { Emitter, type NoEvents } from "./emitter.js";

/** What the option `parser` must look like: the published parsers do. */
export interface Parser {
  Encoder: new () => PacketEncoder;
  Decoder: new () => PacketDecoder;
}

/** Turns a packet into the messages (strings, buffers) of one connection, in the order in which they are sent. */
export interface PacketEncoder {
  encode(packet: Packet): unknown[];
}

/** Turns messages into packets and emits each as `decoded`. Throws on what it cannot decode. */
export interface PacketDecoder {
  add(message: unknown): void;
  destroy(): void;
  on(event: "decoded", listener: (packet: Packet) => void): unknown;
  off(event: "decoded", listener: (packet: Packet) => void): unknown;
}

/** The default encoder. */
export class Encoder implements PacketEncoder {
  private readonly replacer: JsonReplacer | undefined;

  constructor(replacer?: JsonReplacer) {
    this.replacer = replacer;
  }

  encode(packet: Packet): unknown[] {
    return encodePacket(packet, this.replacer);
  }
}

export interface DecoderOptions {
  reviver?: JsonReviver | undefined;
  /** Binary attachments of one packet. Default 10. */
  maxAttachments?: number | undefined;
}

interface DecoderEvents {
  decoded: (packet: Packet) => void;
}

/** The default decoder. */
export class Decoder extends Emitter<NoEvents, NoEvents, DecoderEvents> implements PacketDecoder {
  private readonly options: DecoderOptions;
  /** The binary packet whose attachments are on their way, and those that are here. */
  private incomplete: { packet: Packet; attachments: unknown[] } | null = null;

  constructor(options: DecoderOptions | JsonReviver = {}) {
    super();
    this.options = typeof options === "function" ? { reviver: options } : options;
  }

  /** @throws Error with one of the texts programs know, such as `invalid payload`; the connection is then unusable */
  add(message: unknown): void {
    const { incomplete } = this;
    if (typeof message === "string") {
      if (incomplete) throw new Error("got plaintext data when reconstructing a packet");
      const packet = decodePacket(message, this.options.maxAttachments ?? 10, this.options.reviver);
      if (packet.attachments) this.incomplete = { packet, attachments: [] };
      else this.emitReserved("decoded", packet);
      return;
    }
    if (!isBinary(message)) throw new Error(`Unknown type: ${String(message)}`);
    if (!incomplete) throw new Error("got binary data when not reconstructing a packet");
    const { packet, attachments } = incomplete;
    if (attachments.push(message) < packet.attachments!) return;
    this.incomplete = null;
    packet.data = insertAttachments(packet.data, attachments);
    delete packet.attachments;
    this.emitReserved("decoded", packet);
  }

  /** Forgets a half received packet. */
  destroy(): void {
    this.incomplete = null;
  }
}
