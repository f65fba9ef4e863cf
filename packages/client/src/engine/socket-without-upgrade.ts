import type { SocketOptions, TransportCtor } from "./options.js";
import { Session } from "./session.js";
import type { Transport } from "./transports/transport.js";
import type { CloseDetails } from "./types.js";

/** Whether the last session had a WebSocket. */
let hadWebSocket = false;

/** An Engine.IO session over the first of some transports, or the first that works. It connects at once. */
export class SocketWithoutUpgrade extends Session {
  /** Whether the last session had a WebSocket; read with `rememberUpgrade`. One for all classes of sessions. */
  static get priorWebsocketSuccess(): boolean {
    return hadWebSocket;
  }

  static set priorWebsocketSuccess(isSuccess: boolean) {
    hadWebSocket = isSuccess;
  }

  private readonly transportsByName: Map<string, TransportCtor>;

  /** @param uri or the options, which then have `host` or `hostname` */
  constructor(uri?: string | SocketOptions | null, options: SocketOptions = {}) {
    if (uri && typeof uri === "object") {
      options = uri;
      uri = null;
    }
    super(uri, options);
    this.transportsByName = new Map(this.chooseTransports(options).map((ctor) => [ctor.prototype.name, ctor]));
    this.connect();
  }

  /** @internal The classes to try, in order. */
  protected chooseTransports({ transports = [] }: SocketOptions): readonly TransportCtor[] {
    return transports as readonly TransportCtor[];
  }

  /** Names of the transports that may be used, in order. */
  get transports(): string[] {
    return [...this.transportsByName.keys()];
  }

  /** Whether packets wait for an upgrade to end. */
  get upgrading(): boolean {
    return false;
  }

  protected createTransport(name: string): Transport {
    return this.makeTransport(this.transportsByName.get(name) as TransportCtor);
  }

  private connect(): void {
    const { transportsByName } = this;
    const isRemembered = this.opts.rememberUpgrade && hadWebSocket;
    const ctor = (isRemembered && transportsByName.get("websocket")) || [...transportsByName.values()][0];
    if (ctor) return this.start(ctor);
    // Quirk: a string. Later, so that somebody listens.
    this.setTimeoutFn(() => this.emitReserved("error", "No transports available"), 0);
  }

  protected override onOpen(upgrades: readonly string[]): void {
    hadWebSocket = this.transport.name === "websocket";
    super.onOpen(upgrades);
  }

  /** @returns whether another transport is tried in the place of this one, which does not get to a session */
  private tryNext(): boolean {
    const { transportsByName } = this;
    if (!this.opts.tryAllTransports || this.readyState !== "opening" || transportsByName.size < 2) return false;
    transportsByName.delete(this.transport.name);
    this.dropTransport();
    this.connect();
    return true;
  }

  // Compatibility: names reached from outside
  override _onError(error: Error): void {
    hadWebSocket = false;
    if (!this.tryNext()) super._onError(error);
  }

  override _onClose(reason: string, description?: CloseDetails | Error): void {
    // A server may take the connection, and close it in the place of an answer.
    if (!this.tryNext()) super._onClose(reason, description);
  }
}
