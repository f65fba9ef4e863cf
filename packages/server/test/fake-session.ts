import { EventEmitter } from "node:events";
import type { EngineSession } from "../src/engine-port.js";
import { Server } from "../src/server.js";
import type { ServerOptions } from "../src/options.js";

let count = 0;

/** An engine session without a network; the server treats it as one of a foreign engine. */
export class FakeSession extends EventEmitter implements EngineSession {
  readonly id: string = `engine-${count++}`;
  readonly request = { headers: { origin: "http://x" }, url: "/?a=1", _query: { a: "1" }, socket: {} } as never;
  readonly remoteAddress = "::1";
  readonly transport = { name: "fake", writable: true };
  readyState = "open";
  /** What the server has written since it was last taken. */
  sent: unknown[] = [];
  closeReason: string | undefined;

  constructor(readonly protocol: number = 4) {
    super();
  }

  write(data: unknown): void {
    this.sent.push(data);
  }

  close(): void {
    this.lose("forced close");
  }

  /** The line ends. */
  lose(reason: string, description?: unknown): void {
    if (this.readyState !== "open") return;
    this.readyState = "closed";
    this.closeReason = reason;
    this.emit("close", reason, description);
  }

  /** The client sends; all messages arrive in one read. Resolves when the server has dealt with them. */
  async receive(...messages: (string | Buffer)[]): Promise<this> {
    for (const message of messages) this.emit("data", message);
    await settle();
    return this;
  }

  take(): unknown[] {
    const { sent } = this;
    this.sent = [];
    return sent;
  }
}

/** Lets ticks and promises that are due run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A server without an engine, and a way to connect clients to it. */
export function serve(options: Partial<ServerOptions> = {}): {
  io: Server;
  connect: (...messages: (string | Buffer)[]) => Promise<FakeSession>;
} {
  const io = new Server(options);
  return {
    io,
    async connect(...messages) {
      const session = new FakeSession();
      io.onconnection(session);
      return session.receive(...messages);
    },
  };
}
