import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import * as halyardServer from "@halyard/server";
import * as halyardClient from "@halyard/client";
import * as upstreamServer from "socket.io";
import * as upstreamClient from "socket.io-client";

export type Server = upstreamServer.Server;
export type ServerSocket = upstreamServer.Socket;
export type Client = upstreamClient.Socket;
export type ClientOptions = Partial<upstreamClient.ManagerOptions & upstreamClient.SocketOptions>;

/** Both speak the same API: the types of one do for the other. */
export const SERVERS: Record<string, typeof upstreamServer.Server> = {
  "socket.io": upstreamServer.Server,
  halyard: halyardServer.Server as unknown as typeof upstreamServer.Server,
};
export const CLIENTS: Record<string, typeof upstreamClient.io> = {
  halyard: halyardClient.io as unknown as typeof upstreamClient.io,
  "socket.io-client": upstreamClient.io,
};

/** How the client gets its connection. `upgrade` begins with polling; a scenario starts when the upgrade is done. */
export const PATHS: Record<string, ClientOptions> = {
  polling: { transports: ["polling"] },
  websocket: { transports: ["websocket"] },
  upgrade: { transports: ["polling", "websocket"] },
};

/** A server and a client of it, both gone when the test ends. */
export class Pair {
  readonly server: Server;
  readonly http = createServer();
  /** Server side sockets of the main namespace, in order of connection. */
  readonly accepted: ServerSocket[] = [];
  readonly log: unknown[] = [];

  constructor(
    ServerClass: typeof upstreamServer.Server,
    readonly io: typeof upstreamClient.io,
    readonly path: ClientOptions,
    options: Partial<upstreamServer.ServerOptions> = {},
  ) {
    this.server = new ServerClass(this.http, options);
    this.server.on("connection", (socket) => this.accepted.push(socket));
    onTestFinished(async () => {
      await this.server.close();
    });
  }

  /** Not connected yet. Reconnects fast and without chance. */
  async client(options: ClientOptions = {}, namespace = ""): Promise<Client> {
    if (!this.http.listening) await once(this.http.listen(0, "127.0.0.1"), "listening");
    const { port } = this.http.address() as AddressInfo;
    const client = this.io(`http://127.0.0.1:${port}${namespace}`, {
      ...this.path,
      forceNew: true,
      autoConnect: false,
      reconnectionDelay: 20,
      randomizationFactor: 0,
      ...options,
    });
    onTestFinished(() => void client.disconnect());
    return client;
  }

  /** Connected, upgraded where there is something to upgrade to. */
  async connected(options: ClientOptions = {}, namespace = ""): Promise<Client> {
    const client = await this.client(options, namespace);
    client.connect();
    await once(client as never, "connect");
    const { engine } = client.io;
    if (this.path.transports?.length === 2 && engine.transport.name === "polling")
      await once(engine as never, "upgrade");
    return client;
  }

  /** The socket of the server for the connection made last. */
  get socket(): ServerSocket {
    return this.accepted.at(-1)!;
  }

  /** Writes every named event of an emitter into the log. */
  record(emitter: { on(event: string, listener: (...args: unknown[]) => void): unknown }, ...events: string[]): void {
    for (const event of events) {
      emitter.on(event, (...args) =>
        this.log.push([event, ...args.map((arg) => (arg instanceof Error ? arg.message : arg))]),
      );
    }
  }
}

export async function until(condition: () => unknown, ms = 15_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export type Scenario = (pair: Pair) => Promise<unknown>;

/** Runs a scenario over every client, server and way to connect. */
export function everywhere(
  title: string,
  expected: unknown,
  scenario: Scenario,
  serverOptions: object = {},
  paths: readonly string[] = Object.keys(PATHS),
): void {
  for (const [serverName, ServerClass] of Object.entries(SERVERS)) {
    for (const [clientName, io] of Object.entries(CLIENTS)) {
      for (const pathName of paths) {
        it(`${title} (${clientName} to ${serverName}, ${pathName})`, async () => {
          const pair = new Pair(ServerClass, io, PATHS[pathName]!, serverOptions);
          expect(await scenario(pair)).toEqual(expected);
        });
      }
    }
  }
}
