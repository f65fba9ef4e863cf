import { backoffDelay } from "./core/backoff.js";
import { explainClose } from "./core/close-details.js";
import {
  advance,
  CLOSED,
  type ConnectionReport,
  type ConnectionShell,
  type ConnectionState,
} from "./core/connection.js";
import type { Session as Engine } from "./engine/session.js";
import { startTimer } from "./engine/globals.node.js";
import { installTimerFunctions } from "./engine/timers.js";
import { ManagerSettings, type ManagerOptions } from "./manager-settings.js";
import { listen } from "./listen.js";
import type { DisconnectDescription } from "./socket-types.js";
import { onWakeUp } from "./wake-up.js";

/** A class of engine clients. */
export type EngineClass = new (uri: string, options: Partial<ManagerOptions>) => Engine;

/** The connection of a manager: its engine client, and the next one when that is lost. */
export abstract class ManagerConnection extends ManagerSettings implements ConnectionShell {
  /** The engine client of the current connection, or of the last one. */
  engine!: Engine;
  readonly uri: string;
  /** Read at each connection: programs change `query`, `extraHeaders` and others between two. */
  opts: Partial<ManagerOptions>;
  readonly setTimeoutFn!: (fn: () => void, ms: number) => unknown;
  readonly clearTimeoutFn!: (timer: never) => void;

  /** @internal */
  life: ConnectionState = CLOSED;
  /** @internal Waits for the result of `open()`. */
  openCallback: ((err?: Error) => void) | undefined;

  private readonly engineClass: EngineClass;
  private stopListening: (() => void)[] = [];
  private openTimer: unknown;
  private retryTimer: unknown;
  /** Set while a retry is scheduled. */
  private cancelWakeUp: (() => void) | undefined;
  /** When the last packet came; while open. */
  declare private lastActivityMs: number;

  constructor(uri: string | undefined, options: Partial<ManagerOptions>, engineClass: EngineClass) {
    super(options);
    options.path ||= "/socket.io";
    this.uri = uri as string;
    this.opts = options;
    this.engineClass = engineClass;
    installTimerFunctions(this, options);
  }

  /** Opens the connection. With a callback, the first failure is reported to it and not followed by reconnection. */
  open(fn?: (err?: Error) => void): this {
    if (this._readyState === "closed") {
      this.openCallback = fn;
      advance(this, "open");
    }
    return this;
  }

  connect(fn?: (err?: Error) => void): this {
    return this.open(fn);
  }

  /** @internal */
  isOpen(): boolean {
    return this._readyState === "open";
  }

  /** @internal Prepares for the data of a new connection; what it returns is called when that is over. */
  protected abstract startReceiving(): () => void;

  /** @internal */
  protected abstract onData(data: unknown): void;

  /** @internal The connection is about to be reported lost. */
  protected abstract onLoss(): void;

  /** @internal */
  abstract report(event: ConnectionReport, details: readonly unknown[]): void;

  /** The engine client failed; or the opening of the connection did. */
  private onError(error: Error): void {
    if (this.isOpen()) this.report("error", [error]);
    else advance(this, "engine-failed", [error]);
  }

  /** @internal */
  protected onLost(reason: string, given?: DisconnectDescription): void {
    if (!this.isOpen()) return this.onError(new Error(reason));
    this.onLoss();
    advance(this, "engine-lost", [reason, explainClose(reason, given, Date.now() - this.lastActivityMs)]);
  }

  // What the life of the connection orders.

  /** @internal */
  createEngine(): void {
    try {
      this.engine = new this.engineClass(this.uri, this.opts);
    } catch (error) {
      // Wrong options. The program hears of it where it called; an attempt in the background reports it.
      if (this._reconnecting) return this.onError(error as Error);
      this.life = CLOSED;
      throw error;
    }
    const { engine } = this;
    const { hostname, port, secure } = engine;
    Object.assign(this.opts, { hostname, port, secure }); // where programs look for the address
    const timeout = this.timeout();
    if (timeout !== false) this.openTimer = startTimer(this, () => this.onError(new Error("timeout")), +timeout);
    this.stopListening = [
      listen(engine, "open", () => {
        this.clearTimeoutFn(this.openTimer as never);
        this.lastActivityMs = Date.now();
        advance(this, "engine-open");
      }),
      listen(engine, "data", (data) => {
        this.lastActivityMs = Date.now();
        this.onData(data);
      }),
      listen(engine, "ping", () => {
        this.lastActivityMs = Date.now();
        this.emitReserved("ping");
      }),
      listen(engine, "error", (error) => this.onError(error as Error)),
      listen(engine, "close", (reason, description) =>
        this.onLost(reason as string, description as DisconnectDescription),
      ),
      this.startReceiving(),
    ];
  }

  /** @internal */
  discardEngine(): void {
    this.clearTimeoutFn(this.openTimer as never);
    this.stopListening.forEach((stop) => stop());
    this.engine.close();
  }

  /** @internal */
  scheduleRetry(): void {
    const start = (delayMs: number): void => {
      this.clearTimeoutFn(this.retryTimer as never);
      this.retryTimer = startTimer(this, () => advance(this, "retry-due"), delayMs);
    };
    const delayMs = backoffDelay(this.life.attempt - 1, this.settings, Math.random);
    const dueMs = Date.now() + delayMs;
    start(delayMs);
    this.cancelWakeUp = onWakeUp(() => {
      // All clients of a server wake at once when its network comes back: a random part of the first delay keeps them apart.
      start(Math.min(dueMs - Date.now(), Math.random() * this.reconnectionDelay()));
    });
  }

  /** @internal */
  cancelRetry(): void {
    this.clearTimeoutFn(this.retryTimer as never);
    this.cancelWakeUp?.();
  }

  override onreconnectiondisabled(): void {
    advance(this, "reconnection-disabled");
  }

  // Compatibility: names reached from outside.

  get _readyState(): "opening" | "open" | "closed" {
    const { tag } = this.life;
    return tag === "waiting" ? "closed" : tag;
  }

  get _reconnecting(): boolean {
    return this.life.attempt > 0;
  }

  _close(): void {
    advance(this, "close", ["forced close", undefined]);
  }

  disconnect(): void {
    this._close();
  }

  /** Starts the attempts that follow a loss, unless they have begun or the program closed the connection. */
  reconnect(): this {
    advance(this, "reconnect");
    return this;
  }
}
