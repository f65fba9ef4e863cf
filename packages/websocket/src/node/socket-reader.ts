import type { Duplex } from "node:stream";
import type { Connection } from "../core/connection.js";
import { socketWrites } from "./socket-writes.js";

const READER: unique symbol = Symbol("reader");

/** The reader hangs on its socket, so that all sockets share the listeners below. */
interface ReadSocket extends Duplex {
  [READER]?: SocketReader;
}

/** Whether a WebSocket speaks over a socket already. */
export function isInUse(socket: Duplex): boolean {
  return READER in socket;
}

/** Feeds a connection with what its socket receives. */
export class SocketReader {
  private readonly role: "server" | "client";
  private readonly socket: ReadSocket;
  private readonly connection: Connection;

  /** @param head bytes that came right behind the opening handshake */
  constructor(role: "server" | "client", socket: Duplex, connection: Connection, head: Buffer) {
    this.role = role;
    this.socket = socket;
    this.connection = connection;
    this.socket[READER] = this;
    if (head.length > 0) socket.unshift(head);
    socket.on("data", onData);
    socket.on("end", onEnd);
    socket.on("close", onClose);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    // Where the user paused the stream as well, `socket.resume()` starts it again.
    this.socket.resume();
  }

  /** @internal */
  receive(chunk: Buffer): void {
    // Of clients there are few in a process: none to wait for.
    if (this.role === "server") socketWrites.beginRead();
    this.connection.receive(chunk);
  }

  /** @internal */
  end(): void {
    this.connection.receiveEof();
  }

  /** @internal */
  close(): void {
    const { socket } = this;
    socket.off("data", onData);
    socket.off("end", onEnd);
    delete socket[READER];
    // A paused stream may hold bytes that came before the end.
    const rest: unknown = socket.readableLength > 0 ? socket.read() : null;
    this.connection.socketClosed(rest instanceof Buffer ? rest : null);
  }
}

function onData(this: ReadSocket, chunk: Buffer): void {
  this[READER]?.receive(chunk);
}

function onEnd(this: ReadSocket): void {
  this[READER]?.end();
}

function onClose(this: ReadSocket): void {
  this[READER]?.close();
}
