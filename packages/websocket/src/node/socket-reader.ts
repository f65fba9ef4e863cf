import type { Duplex } from "node:stream";
import type { Connection } from "../core/connection.js";
import { turn } from "./turn.js";

const CONNECTION: unique symbol = Symbol("connection");

/** The connection hangs on its socket, so that all sockets share the listeners below. */
interface ReadSocket extends Duplex {
  [CONNECTION]?: Connection;
}

/** Whether a WebSocket speaks over a socket already. */
export function isInUse(socket: Duplex): boolean {
  return CONNECTION in socket;
}

/**
 * Feeds a connection with what its socket receives, until that is closed.
 *
 * @param head bytes that came right behind the opening handshake
 */
export function startReading(socket: Duplex, connection: Connection, head: Buffer): void {
  (socket as ReadSocket)[CONNECTION] = connection;
  if (head.length > 0) socket.unshift(head);
  socket.on("data", onData);
  socket.on("end", onEnd);
  socket.on("close", onClose);
}

function onData(this: ReadSocket, chunk: Buffer): void {
  const connection = this[CONNECTION];
  // Of clients there are few in a process: no other reads to wait for.
  if (connection?.role === "server") turn.beginRead();
  connection?.receive(chunk);
}

function onEnd(this: ReadSocket): void {
  this[CONNECTION]?.receiveEof();
}

function onClose(this: ReadSocket): void {
  const connection = this[CONNECTION];
  delete this[CONNECTION];
  this.off("data", onData);
  this.off("end", onEnd);
  // A paused stream may hold bytes that came before the end.
  const rest: unknown = this.readableLength > 0 ? this.read() : null;
  connection?.socketClosed(rest instanceof Buffer ? rest : null);
}
