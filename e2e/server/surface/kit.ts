import * as halyard from "@halyard/server";
import * as original from "socket.io";
import { describe, expect, it } from "vitest";
import { EventEmitter } from "node:events";

/** Server of either package: rows use what both have. */
// oxlint-disable-next-line typescript/no-explicit-any -- one type for two packages would test the type, not the surface
export type Any = any;

/** A session of an engine, without a network. */
export class FakeSession extends EventEmitter {
  readonly id = "engine-id";
  readonly protocol: number = 4;
  readonly request = {
    headers: { origin: "http://x", "x-a": "1" },
    url: "/socket.io/?EIO=4&a=1",
    _query: { EIO: "4", a: "1" },
    connection: {},
    socket: {},
  };
  readonly remoteAddress = "::1";
  readonly transport = { name: "fake", writable: true };
  readyState = "open";
  sent: unknown[] = [];

  write(data: unknown): this {
    this.sent.push(data);
    return this;
  }

  close(): void {
    this.lose("forced close");
  }

  lose(reason: string): void {
    if (this.readyState !== "open") return;
    this.readyState = "closed";
    this.emit("close", reason);
  }

  /** The client sends; resolves when the server has dealt with it. */
  async receive(...messages: (string | Buffer)[]): Promise<this> {
    for (const message of messages) {
      this.emit("data", message);
      await settle();
    }
    return this;
  }

  take(): unknown[] {
    return this.sent.splice(0).map(maskIds);
  }
}

/** Lets ticks and promises that are due run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

export function maskIds(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/"(sid|pid)":"[\w-]{20}"/g, '"$1":"*"') : value;
}

/** What a call gives: its value, or the text of what it throws. */
export function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return `throws ${(error as Error).message}`;
  }
}

/** What a promise ends with. */
export async function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => ({ value }),
    (error: Error & { responses?: unknown }) => ({ error: error.message, responses: error.responses }),
  );
}

/** A server, and clients of it. */
export class Kit {
  readonly io: Any;
  private readonly make: new (...args: Any[]) => Any;

  constructor(make: new (...args: Any[]) => Any, options: object = {}) {
    this.make = make;
    this.io = new make(options);
  }

  /** Another server of the same package. */
  server(...args: unknown[]): Any {
    return new this.make(...args);
  }

  /** A client that has sent `messages`, the first socket it led to, and a log of what was sent since. */
  async connect(...messages: string[]): Promise<FakeSession> {
    const session = new FakeSession();
    this.io.onconnection(session);
    return session.receive(...messages);
  }

  /** A client connected to the main namespace, and its socket. */
  async pair(): Promise<{ session: FakeSession; socket: Any }> {
    const sockets: Any[] = [];
    const keep = (socket: Any): unknown => sockets.push(socket);
    this.io.on("connection", keep);
    const session = await this.connect("0");
    this.io.off("connection", keep);
    session.take();
    return { session, socket: sockets[0] };
  }
}

/** One row of the surface: what is observed must be equal on both servers. */
export type Row = readonly [title: string, observe: (kit: Kit) => unknown, options?: () => object];

/** Runs each row on our server and on socket.io 4.8.4. */
export function describeSurface(section: string, rows: readonly Row[]): void {
  describe(`surface as that of socket.io 4.8.4: ${section}`, () => {
    for (const [title, observe, options = () => ({})] of rows) {
      it(title, async () => {
        const expected = await observe(new Kit(original.Server, options()));
        const observed = await observe(new Kit(halyard.Server, options()));
        expect(expected).toBeDefined();
        expect(observed).toEqual(expected);
      });
    }
  });
}
