import type { WebSocketError } from "./errors.js";
import { FrameParser } from "./frame-parser.js";
import type { ControlFrameSink } from "./frame-sink.js";
import { MessageAssembler, type AssemblerOwner, type MessageSink } from "./message-assembler.js";
import type { ControlOpcode } from "./opcode.js";

/** What is taken from a peer. */
export interface ReceiveLimits {
  /** Longest message in bytes, also when inflated; 0 means no limit. */
  readonly maxPayloadBytes: number;
  /** Most frames of one message; 0 means no limit. */
  readonly maxFragments: number;
  /** Most chunks one frame may arrive in; 0 means no limit. */
  readonly maxChunks: number;
  /** Hands out text without looking whether it is UTF-8. */
  readonly skipsUtf8Check: boolean;
}

/** For whom a reader reads. */
export interface ReaderOwner extends ControlFrameSink, AssemblerOwner {
  readonly messages: MessageSink;
}

/** Bytes to messages, for one connection after the other. */
export class MessageReader implements ControlFrameSink, AssemblerOwner, MessageSink {
  /** Whether it reads compressed messages as well. */
  readonly inflates: boolean;
  readonly parser: FrameParser;
  readonly assembler: MessageAssembler;
  private owner: ReaderOwner = NOBODY;

  constructor(role: "server" | "client", limits: ReceiveLimits, inflates: boolean) {
    const { maxPayloadBytes, maxFragments, maxChunks, skipsUtf8Check } = limits;
    this.inflates = inflates;
    this.assembler = new MessageAssembler(this, this, !skipsUtf8Check);
    this.parser = new FrameParser(
      { role, maxPayloadBytes, maxFragments, maxChunks, allowsRsv1: inflates },
      this.assembler,
      this,
    );
  }

  /** Whose the next bytes are. Only between messages: see `FrameParser.isIdle`. */
  serve(owner: ReaderOwner): void {
    this.owner = owner;
  }

  /** Keeps no connection alive until the next one. */
  retire(): void {
    this.owner = NOBODY;
  }

  onControl(opcode: ControlOpcode, payload: Buffer): void {
    this.owner.onControl(opcode, payload);
  }

  onFrameError(error: WebSocketError): void {
    this.owner.onFrameError(error);
  }

  onCompressed(payload: Buffer, isText: boolean): void {
    this.owner.onCompressed(payload, isText);
  }

  onCompressedPart(payload: Buffer): void {
    this.owner.onCompressedPart(payload);
  }

  onMessageError(error: WebSocketError): void {
    this.owner.onMessageError(error);
  }

  onText(text: string): void {
    this.owner.messages.onText(text);
  }

  onTextBytes(data: Buffer): void {
    this.owner.messages.onTextBytes(data);
  }

  onBinary(data: Buffer): void {
    this.owner.messages.onBinary(data);
  }
}

const nothing = (): void => {};
const NOBODY: ReaderOwner = {
  messages: { onText: nothing, onTextBytes: nothing, onBinary: nothing },
  onControl: nothing,
  onFrameError: nothing,
  onCompressed: nothing,
  onCompressedPart: nothing,
  onMessageError: nothing,
};
