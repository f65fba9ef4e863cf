import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { claimPath } from "./claimed-paths.js";
import { foreignUpgradeGuard } from "./foreign-upgrade.js";
import { isWebSocketUpgrade, offerAsRequest } from "./ignored-upgrade.js";
import { endLingering } from "./linger.js";
import type { AttachOptions } from "./options.js";
import { afterEarlierReply, isTooLate, owedRepliesOf } from "./owed-replies.js";

/** What an engine does for the HTTP server it is attached to. */
export interface RouteHost {
  handleRequest(req: IncomingMessage, res: ServerResponse): void;
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/**
 * Gives the requests below a path to an engine; others go to the listeners that were there before. Where there are none, nor
 * any that came later, the answer is 404. Warns (`HALYARD_PATH`) when another engine answers there.
 */
export function routeRequests(server: HttpServer, path: string, engine: RouteHost): void {
  const others = server.listeners("request").slice();
  const replies = owedRepliesOf(server);
  const other = claimPath(server, path);
  if (other !== null) process.emitWarning(describeOther(path, other), { type: "HalyardWarning", code: "HALYARD_PATH" });
  server.removeAllListeners("request");
  server.on("request", (req, res) => {
    replies.onRequest(req, res);
    if (isBelow(path, req)) {
      engine.handleRequest(req, res);
    } else if (others.length === 0 && server.listenerCount("request") === 1) {
      replyNotFound(req, res);
    } else {
      for (const listener of others) {
        listener.call(server, req, res);
      }
    }
  });
}

/** Gives the WebSocket upgrades below a path to an engine; others are left to whoever wants them, for a while. */
export function routeUpgrades(server: HttpServer, path: string, engine: RouteHost, options: AttachOptions): void {
  const replies = owedRepliesOf(server);
  const guard = foreignUpgradeGuard(options);
  server.on("upgrade", (req, socket, head) => {
    if (!isBelow(path, req)) {
      socket.on("error", ignore);
      guard(socket, replies.hasServed(socket), replies.isPendingOn(socket));
    } else if (replies.isOwedBy(socket)) {
      socket.on("error", ignore);
      endLingering(socket); // our answer would overtake the reply
    } else if (isWebSocketUpgrade(req)) {
      engine.handleUpgrade(req, socket, head);
    } else {
      afterEarlierReply(socket, () => offerAsRequest(server, req, socket, head));
    }
  });
}

/**
 * What nobody answers would keep its connection, and all that is pipelined behind it: Node reads no further then, and does
 * not even see that the peer has left.
 */
function replyNotFound(req: IncomingMessage, res: ServerResponse): void {
  if (!isTooLate(req)) res.writeHead(404).end();
}

function isBelow(path: string, req: IncomingMessage): boolean {
  return req.url?.startsWith(path) === true;
}

function describeOther(path: string, other: string): string {
  const what = `an engine is attached to "${path}" of an HTTP server where another one answers on "${other}"`;
  return `${what}: it gets no more requests, and both get each upgrade; use one of them, or another path`;
}

function ignore(): void {}
