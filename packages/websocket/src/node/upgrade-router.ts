import type { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { refuse } from "./refusal.js";

/** A WebSocket server that shares an HTTP server with others. */
export interface UpgradeHandler {
  shouldHandle(request: IncomingMessage): boolean;
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** The handlers of each HTTP server, in the order in which they came. */
const handlersOf = new WeakMap<EventEmitter, UpgradeHandler[]>();

/**
 * Gives the upgrades of an HTTP server to the first handler that wants them; 400 when none does.
 *
 * @returns takes the handler away again
 */
export function routeUpgrades(server: EventEmitter, handler: UpgradeHandler): () => void {
  const handlers = handlersOf.get(server) ?? listen(server);
  handlers.push(handler);
  return () => {
    const index = handlers.indexOf(handler);
    if (index !== -1) handlers.splice(index, 1);
    if (handlers.length === 0 && handlersOf.delete(server)) server.off("upgrade", onUpgrade);
  };
}

function listen(server: EventEmitter): UpgradeHandler[] {
  const handlers: UpgradeHandler[] = [];
  handlersOf.set(server, handlers);
  server.on("upgrade", onUpgrade);
  return handlers;
}

function onUpgrade(this: EventEmitter, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on("error", ignore); // a reset may come at any time from now on
  const handler = handlersOf.get(this)?.find((each) => each.shouldHandle(request));
  if (handler === undefined) return refuse(socket, 400);
  socket.off("error", ignore);
  handler.onUpgrade(request, socket, head);
}

function ignore(): void {}
