import { backoffDelay } from "./core/backoff.js";
import type { CloseDetails } from "./core/close-details.js";
import type { Packet } from "./core/packet.js";
import { Emitter, type NoEvents } from "./emitter.js";
import type { SocketOptions as EngineOptions } from "./engine/options.js";
import type { Parser } from "./parser.js";

export interface ManagerOptions extends EngineOptions {
  /** A new manager even where one could be shared. Default false. */
  forceNew: boolean;
  /** Share one connection between the namespaces of a server. Default true. */
  multiplex: boolean;
  /** Path on the server. Default `/socket.io`. */
  path: string;
  /** Reconnect after a loss. Default true. */
  reconnection: boolean;
  /** Attempts before giving up. Default Infinity. */
  reconnectionAttempts: number;
  /** Delay before the first attempt, ms. Doubles each time. Default 1000. */
  reconnectionDelay: number;
  /** Longest delay, ms. Default 5000. */
  reconnectionDelayMax: number;
  /** Random share of the delay, 0 to 1. Default 0.5. */
  randomizationFactor: number;
  /** Time to open a connection, ms; false for no limit. Default 20000. */
  timeout: number | false;
  /** Connect when the manager is created. Default true. */
  autoConnect: boolean;
  /** Codec of packets. Default: the protocol's own. */
  parser: Parser;
}

export interface ManagerReservedEvents {
  open: () => void;
  error: (err: Error) => void;
  ping: () => void;
  packet: (packet: Packet) => void;
  close: (reason: string, description?: Error | CloseDetails) => void;
  reconnect_failed: () => void;
  reconnect_attempt: (attempt: number) => void;
  reconnect_error: (err: Error) => void;
  reconnect: (attempt: number) => void;
}

/** What {@link ManagerSettings} holds, with defaults filled in. */
interface Settings {
  reconnection: boolean;
  reconnectionAttempts: number;
  reconnectionDelay: number;
  reconnectionDelayMax: number;
  randomizationFactor: number;
  timeout: number | boolean;
}

/** The settings of a manager which a program may read and change while it lives: without argument, a method reads. */
export abstract class ManagerSettings extends Emitter<NoEvents, NoEvents, ManagerReservedEvents> {
  private readonly settings: Settings;

  constructor(options: Partial<ManagerOptions>) {
    super();
    this.settings = {
      reconnection: options.reconnection !== false,
      reconnectionAttempts: options.reconnectionAttempts || Infinity,
      reconnectionDelay: options.reconnectionDelay || 1000,
      reconnectionDelayMax: options.reconnectionDelayMax || 5000,
      randomizationFactor: options.randomizationFactor ?? 0.5,
      timeout: options.timeout ?? 20_000,
    };
  }

  reconnection(v: boolean): this;
  reconnection(): boolean;
  reconnection(v?: boolean): this | boolean {
    if (v === false) this.onreconnectiondisabled();
    return this.setting("reconnection", v);
  }

  reconnectionAttempts(v: number): this;
  reconnectionAttempts(): number;
  reconnectionAttempts(v?: number): this | number {
    return this.setting("reconnectionAttempts", v);
  }

  /** ms */
  reconnectionDelay(v: number): this;
  reconnectionDelay(): number;
  reconnectionDelay(v?: number): this | number {
    return this.setting("reconnectionDelay", v);
  }

  /** ms */
  reconnectionDelayMax(v: number): this;
  reconnectionDelayMax(): number;
  reconnectionDelayMax(v?: number): this | number {
    return this.setting("reconnectionDelayMax", v);
  }

  randomizationFactor(v: number): this;
  randomizationFactor(): number;
  randomizationFactor(v?: number): this | number {
    return this.setting("randomizationFactor", v);
  }

  /** ms; false for no limit */
  timeout(v: number | boolean): this;
  timeout(): number | boolean;
  timeout(v?: number | boolean): this | number | boolean {
    return this.setting("timeout", v);
  }

  /**
   * @internal
   * @param attempt from 1
   */
  protected retryDelayMs(attempt: number): number {
    return backoffDelay(attempt - 1, this.settings, Math.random);
  }

  /** @internal */
  protected abstract onreconnectiondisabled(): void;

  private setting<K extends keyof Settings>(name: K, value: Settings[K] | undefined): this | Settings[K] {
    if (value === undefined) return this.settings[name];
    this.settings[name] = value;
    return this;
  }
}
