import type { Socket as EngineSocket } from "@halyard/engine";
import type { ConnectionHost } from "./connection-ports.js";
import { encodeBinary, encodeText } from "./core/encode.js";
import type { Packet } from "./core/packet.js";
import { type DirectSession, type EngineSession, isDirect, type Prepared } from "./engine-port.js";
import { currentRun } from "./handler-run.js";

/** How encoded packets are written. `prepared` and `wsPreEncodedFrame` are made by adapters. */
export interface WriteOptions {
  compress?: boolean | undefined;
  volatile?: boolean | undefined;
  preEncoded?: boolean | undefined;
  prepared?: Prepared | null | undefined;
  wsPreEncodedFrame?: unknown;
}

/** What a writer takes from its server. */
export type WriterHost = Pick<ConnectionHost, "encoder" | "createDecoder">;

/** The sending half of a connection: packets in, messages of the engine session out. */
export class ConnectionWriter {
  /** The engine session. */
  readonly conn: EngineSocket;
  /** The session again if it is one of our engine's: no events, no option objects. */
  protected readonly direct: DirectSession | null;
  protected readonly connectionHost: WriterHost;
  /** The run of user code that wrote last. */
  private writeTurn = -1;

  constructor(conn: EngineSession, host: WriterHost) {
    this.conn = conn as EngineSocket; // or one with as much of it as io.bind asks for
    this.direct = isDirect(conn) ? conn : null;
    this.connectionHost = host;
  }

  /** False from the moment somebody closes the connection, which may take until the client polls. */
  get isOpen(): boolean {
    return this.conn.readyState === "open";
  }

  /**
   * Encodes and writes an event or an acknowledgement.
   *
   * @throws TypeError for what JSON refuses
   */
  sendEvent(type: number, nsp: string, id: number | undefined, data: unknown[], flags: WriteOptions): void {
    if (!this.isOpen) return;
    if (flags.volatile === true && this.isCongested()) return;
    const compress = flags.compress !== false;
    if (!this.hasDefaultCodec) {
      for (const part of this.connectionHost.encoder.encode({ type, nsp, id, data })) this.writeMessage(part, compress);
      return;
    }
    const text = encodeText(type, nsp, id, data);
    if (text !== null) {
      this.writeMessage(text, compress);
      return;
    }
    for (const part of encodeBinary(type, nsp, id, data)) this.writeMessage(part, compress);
  }

  /** Encodes and writes a packet of any type. */
  sendPacket(packet: Packet, flags: WriteOptions = {}): void {
    if (!this.isOpen) return;
    this.writeToEngine(this.connectionHost.encoder.encode(packet), flags);
  }

  /** Writes packets encoded by someone else: adapters call this for each recipient of a broadcast. */
  writeToEngine(encodedPackets: unknown, options: WriteOptions = {}): void {
    if (options.volatile === true && this.isCongested()) return;
    const { direct } = this;
    if (direct !== null) {
      const { prepared } = options;
      if (prepared !== null && prepared !== undefined) {
        this.writeTurn = currentRun();
        direct.sendPrepared(prepared, options.compress !== false);
        return;
      }
    }
    const parts: readonly unknown[] = Array.isArray(encodedPackets) ? encodedPackets : [encodedPackets];
    if (direct === null || options.wsPreEncodedFrame !== undefined) {
      this.writeTurn = currentRun();
      for (const part of parts) (this.conn as EngineSession).write(part, options);
      return;
    }
    for (const part of parts) this.writeMessage(part, options.compress !== false);
  }

  private get hasDefaultCodec(): boolean {
    return this.connectionHost.createDecoder === null;
  }

  private writeMessage(data: unknown, compress: boolean): void {
    this.writeTurn = currentRun();
    if (this.direct === null) this.conn.write(data, { compress });
    else this.direct.sendMessage(typeof data === "string" ? data : toBuffer(data), compress);
  }

  private isCongested(): boolean {
    if (this.direct === null) return !this.conn.transport.writable;
    // Quirk: of several packets written in one run of a handler, a volatile one passes only as the first.
    const writtenInThisRun = this.writeTurn === currentRun() && this.direct.bufferedAmount > 0;
    return writtenInThisRun || this.direct.isCongested();
  }
}

function toBuffer(data: unknown): Buffer {
  if (Buffer.isBuffer(data)) return data;
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.from(data as ArrayBuffer);
}
