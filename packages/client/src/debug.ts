// The main entry, with logs by `debug`: DEBUG=socket.io-client*,engine.io-client* in Node, localStorage.debug in browsers.
import createDebug from "debug";
import type { BareManager } from "./bare-manager.js";
import { io as plainIo } from "./io.js";
import type { Lookup } from "./lookup.js";
import type { Socket } from "./socket.js";

export * from "./index.js";

const logUrl = createDebug("socket.io-client:url");
const logManager = createDebug("socket.io-client:manager");
const logSocket = createDebug("socket.io-client:socket");
const logEngine = createDebug("engine.io-client:socket");

const watched = new WeakSet();

/** As `io()` of the main entry; logs what its sockets do. */
export const io: Lookup = (...args: Parameters<Lookup>): Socket => {
  logUrl("io(%o)", args[0]);
  const socket = plainIo(...args);
  watchManager(socket.io);
  watchSocket(socket);
  return socket;
};
export { io as connect, io as default };

function once(target: object): boolean {
  return !watched.has(target) && Boolean(watched.add(target));
}

function watchManager(manager: BareManager): void {
  if (!once(manager)) return;
  const watchEngine = (): void => {
    const { engine } = manager;
    if (!engine || !once(engine)) return;
    logManager("opening %s", manager.uri);
    for (const event of [
      "handshake",
      "packetCreate",
      "packet",
      "upgrade",
      "upgradeError",
      "drain",
      "error",
      "close",
    ] as const) {
      engine.on(event, (...details: unknown[]) => logEngine("%s %o", event, details));
    }
  };
  watchEngine();
  manager.on("reconnect_attempt", () => queueMicrotask(watchEngine)); // the engine is made right after
  for (const event of [
    "open",
    "packet",
    "error",
    "close",
    "reconnect_attempt",
    "reconnect",
    "reconnect_failed",
  ] as const) {
    manager.on(event, (...details: unknown[]) => logManager("%s %o", event, details));
  }
}

function watchSocket(socket: Socket): void {
  if (!once(socket)) return;
  for (const event of ["connect", "connect_error", "disconnect"] as const) {
    socket.on(event, (...details: unknown[]) => logSocket("%s %s %o", socket.nsp, event, details));
  }
  socket.onAny((...event) => logSocket("%s received %o", socket.nsp, event));
  socket.onAnyOutgoing((...event) => logSocket("%s sent %o", socket.nsp, event));
}
