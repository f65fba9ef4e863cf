import type { Packet } from "./core/packet.js";
import { Emitter, type NoEvents } from "./emitter.js";
import type { SocketOptions as EngineOptions } from "./engine/options.js";
import type { DisconnectDescription } from "./socket-types.js";

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
  /** Time to open a connection, ms. Default 20000. `manager.timeout(false)` takes the limit away. */
  timeout: number;
  /** Connect when the manager is created. Default true. */
  autoConnect: boolean;
  /** Codec of packets, an object with the classes `Encoder` and `Decoder`. Default: the protocol's own. */
  // oxlint-disable-next-line typescript/no-explicit-any -- published parsers have types that say less than they do, or else
  parser: any;
}

export interface ManagerReservedEvents {
  open: () => void;
  error: (err: Error) => void;
  ping: () => void;
  packet: (packet: Packet) => void;
  close: (reason: string, description?: DisconnectDescription) => void;
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

/** Without argument it reads a setting, with one it changes it. */
interface Setting<Owner, Value> {
  (value: Value): Owner;
  (): Value;
}

/** The settings of a manager which a program may read and change while it lives. */
export abstract class ManagerSettings extends Emitter<NoEvents, NoEvents, ManagerReservedEvents> {
  declare readonly reconnection: Setting<this, boolean>;
  declare readonly reconnectionAttempts: Setting<this, number>;
  /** ms */
  declare readonly reconnectionDelay: Setting<this, number>;
  /** ms */
  declare readonly reconnectionDelayMax: Setting<this, number>;
  declare readonly randomizationFactor: Setting<this, number>;
  /** ms; false for no limit */
  declare readonly timeout: Setting<this, number | boolean>;

  /** @internal */
  readonly settings: Settings;

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

  /** @internal */
  abstract onreconnectiondisabled(): void;
}

for (const name of [
  "reconnection",
  "reconnectionAttempts",
  "reconnectionDelay",
  "reconnectionDelayMax",
  "randomizationFactor",
  "timeout",
] as const) {
  const setting = function (this: ManagerSettings, value?: never): unknown {
    if (value === undefined) return this.settings[name];
    this.settings[name] = value;
    if (name === "reconnection" && value === false) this.onreconnectiondisabled();
    return this;
  };
  Object.assign(ManagerSettings.prototype, { [name]: setting });
}
