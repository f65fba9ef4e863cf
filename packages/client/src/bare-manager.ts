import type { ConnectionReport } from "./core/connection.js";
import type { Packet } from "./core/packet.js";
import { wireBytes } from "./engine/wire-bytes.js";
import type { RawData } from "./engine/types.js";
import type { DefaultEventsMap, EventsMap } from "./events.js";
import { createInbox, type Inbox } from "./inbox.js";
import { ManagerConnection, type EngineClass } from "./manager-connection.js";
import type { ManagerOptions } from "./manager-settings.js";
import { Decoder, Encoder, type PacketDecoder, type PacketEncoder, type Parser } from "./parser.js";
import type { SocketOptions } from "./socket-types.js";
import { runAll } from "./run-all.js";
import { Socket } from "./socket.js";

declare module "./socket-types.js" {
  // The host of a socket is its manager: `socket.io` has all of its members.
  interface SocketHost<L extends EventsMap, E extends EventsMap> extends BareManager<L, E> {}
}

/** Arguments of one event or acknowledgement. More would be a way to make us call a function with a million. */
const MAX_ARGUMENTS = 1000;

/** Holds one connection and the sockets that share it; told which engine client to use. */
export class BareManager<
  // oxlint-disable-next-line no-unused-vars -- named by programs
  ListenEvents extends EventsMap = DefaultEventsMap,
  // oxlint-disable-next-line no-unused-vars -- named by programs
  EmitEvents extends EventsMap = ListenEvents,
> extends ManagerConnection {
  /** Sockets by namespace. */
  readonly nsps: Record<string, Socket> = Object.create(null) as Record<string, Socket>;
  readonly encoder: PacketEncoder;
  readonly decoder: PacketDecoder;

  private readonly inbox: Inbox = createInbox((packet) => this.deliver(packet));

  constructor(uri: string | undefined, options: Partial<ManagerOptions>, engineClass: EngineClass) {
    super(uri, options, engineClass);
    const parser: Parser = options.parser ?? { Encoder, Decoder };
    this.encoder = new parser.Encoder();
    this.decoder = new parser.Decoder();
    this._autoConnect = options.autoConnect !== false;
    if (this._autoConnect) this.open();
  }

  /** The socket of a namespace: always the same one, unless the program made another. */
  socket(nsp: string, options?: Partial<SocketOptions>): Socket {
    const socket = this.nsps[nsp] ?? new Socket(this, nsp, options);
    if (this._autoConnect && !socket.active) socket.connect();
    return socket;
  }

  // What sockets call.

  /** @internal */
  joinConnection(): void {
    if (this.life.tag !== "waiting") this.open();
  }

  /** @internal */
  leaveConnection(): void {
    if (!this.activeSockets().length) this._close();
  }

  send(packet: Packet, oversize?: "refuse"): Error | null {
    const messages = this.encoder.encode(packet) as RawData[];
    for (const message of oversize === "refuse" ? messages : []) {
      const error = this.engine.checkSize(message);
      if (error) return error;
    }
    for (const message of messages) this.engine.write(message, packet.options);
    return null;
  }

  /** @internal */
  measurePacket(packet: Packet): number {
    return (this.encoder.encode(packet) as RawData[]).reduce((sum, message) => sum + wireBytes(message), 0);
  }

  /** @internal The server broke the protocol. */
  failConnection(error: Error): void {
    this.onLost("parse error", error);
  }

  // From the engine client to the sockets.

  protected override startReceiving(): () => void {
    const onDecoded = (packet: Packet): void => this.receive(packet);
    this.decoder.on("decoded", onDecoded);
    return () => {
      this.decoder.off("decoded", onDecoded);
      this.decoder.destroy();
      this.inbox.clear();
    };
  }

  protected override onData(data: unknown): void {
    try {
      this.decoder.add(data);
    } catch (error) {
      this.failConnection(error as Error);
    }
  }

  private receive(packet: Packet): void {
    const { data } = packet;
    if (Array.isArray(data) && data.length > MAX_ARGUMENTS + 1) throw new Error("too many arguments");
    this.inbox.push(packet);
  }

  private deliver(packet: Packet): void {
    const socket = this.nsps[packet.nsp];
    if (socket?.active) socket.onpacket(packet);
    this.emitReserved("packet", packet);
  }

  /** What came before the end is heard before the end. */
  protected override onLoss(): void {
    this.inbox.drain();
  }

  private activeSockets(): Socket[] {
    return Object.values(this.nsps).filter(({ active }) => active);
  }

  /** Tells the sockets, then the program. */
  override report(event: ConnectionReport, details: readonly unknown[]): void {
    const steps: (() => void)[] = [];
    if (event === "open" || event === "error" || event === "close") {
      for (const socket of this.activeSockets()) {
        steps.push(() => {
          if (socket.active) socket[`on${event}`](...(details as [never])); // a listener before may have disconnected it
        });
      }
    }
    steps.push(
      () => this.emitReserved(event, ...(details as [never])),
      () => this.answerOpen(event, details),
    );
    runAll(steps);
  }

  private answerOpen(event: ConnectionReport, details: readonly unknown[]): void {
    if (event !== "open" && (event !== "error" || this.isOpen())) return;
    const { openCallback } = this;
    this.openCallback = undefined;
    openCallback?.(...(details as [never]));
  }

  // Compatibility: names reached from outside.

  _autoConnect: boolean;
}
