// The main entry, with logs by `debug`: DEBUG=socket.io-client*,engine.io-client* in Node, localStorage.debug in browsers.
// What is not enabled when a manager or a socket is made is not listened to.
import createDebug, { type Debugger } from "debug";
import { BareManager } from "./bare-manager.js";
import { Socket } from "./engine/socket.js";
import { Transport } from "./engine/transports/transport.js";
import type { io as plainIo } from "./io.js";
import { createLookup, type Lookup } from "./lookup.js";
import type { ManagerOptions } from "./manager-settings.js";
import type { SocketOptions } from "./socket-types.js";
import { Socket as NspSocket } from "./socket.js";

export * from "./index.js";

const logUrl = createDebug("socket.io-client:url");
const logManager = createDebug("socket.io-client:manager");
const logSocket = createDebug("socket.io-client:socket");
const logEngine = createDebug("engine.io-client:socket");

const MANAGER_EVENTS = ["open", "packet", "error", "close", "reconnect_attempt", "reconnect", "reconnect_failed"];
const ENGINE_EVENTS = ["handshake", "packetCreate", "packet", "upgrade", "upgradeError", "drain", "error", "close"];
const TRANSPORT_EVENTS = ["open", "poll", "pollComplete", "packet", "error", "close"];

const watched = new WeakSet<NspSocket>();

class LoggingEngine extends Socket {
  constructor(uri: string, options: Partial<ManagerOptions>) {
    super(uri, options);
    logManager("opening %s", uri);
    watch(this, ENGINE_EVENTS, logEngine);
    watchTransport(this.transport);
    this.on("upgrading", watchTransport);
  }
}

class LoggingManager extends BareManager {
  constructor(uri?: string | Partial<ManagerOptions>, options?: Partial<ManagerOptions>) {
    if (typeof uri === "object") super(undefined, uri, LoggingEngine);
    else super(uri, options ?? {}, LoggingEngine);
    watch(this, MANAGER_EVENTS, logManager);
  }

  override socket(nsp: string, options?: Partial<SocketOptions>): NspSocket {
    const socket = super.socket(nsp, options);
    watchSocket(socket);
    return socket;
  }
}

/** @param transport undefined when there is none to choose from */
function watchTransport(transport: Transport | undefined): void {
  if (transport) watch(transport, TRANSPORT_EVENTS, createDebug(`engine.io-client:${transport.name}`));
}

function watchSocket(socket: NspSocket): void {
  if (!logSocket.enabled || watched.has(socket)) return;
  watched.add(socket);
  watch(socket, ["connect", "connect_error", "disconnect"], logSocket, socket.nsp);
  socket.onAny((...event) => logSocket("%s received %o", socket.nsp, event));
  socket.onAnyOutgoing((...event) => logSocket("%s sent %o", socket.nsp, event));
}

interface Watchable {
  on(event: string, listener: (...details: unknown[]) => void): unknown;
}

/** Logs each of the events. */
function watch(target: object, events: readonly string[], log: Debugger, name = ""): void {
  for (const event of log.enabled ? events : []) {
    (target as Watchable).on(event, (...details) => log("%s%s %o", name && `${name} `, event, details.map(brief)));
  }
}

/** A transport has its session and all its settings in it. */
function brief(detail: unknown): unknown {
  return detail instanceof Transport ? detail.name : detail;
}

const lookup = createLookup(LoggingManager);

const loggingIo = ((...args: Parameters<Lookup>) => {
  logUrl("io(%o)", args[0]);
  return lookup(...args);
}) as Lookup;

/** As `io()` of the main entry; logs what its sockets do. */
export const io: typeof plainIo = Object.assign(loggingIo, {
  io: loggingIo,
  connect: loggingIo,
  Manager: LoggingManager,
  Socket: NspSocket,
});

export { LoggingManager as Manager, io as connect, io as default };
