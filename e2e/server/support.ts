import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type ServerOptions, type Socket } from "@halyard/server";
import { io as connect, type ManagerOptions, type Socket as ClientSocket, type SocketOptions } from "socket.io-client";

/** A server on a free port and stock clients of it; `close()` ends all of them. */
export class Fixture {
  readonly http: HttpServer;
  readonly io: Server;
  private readonly clients: { disconnect(): unknown }[] = [];

  constructor(options: Partial<ServerOptions> = {}) {
    this.http = createServer((_req, res) => {
      res.writeHead(404);
      res.end("application");
    });
    this.io = new Server(this.http, options);
  }

  async listen(): Promise<this> {
    this.http.listen(0, "127.0.0.1");
    await once(this.http, "listening");
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** A client of socket.io-client 4.8.4. */
  client(namespace = "", options: Partial<ManagerOptions & SocketOptions> = {}): ClientSocket {
    return this.track(connect(this.url + namespace, { forceNew: true, ...options }));
  }

  track<T extends { disconnect(): unknown }>(client: T): T {
    this.clients.push(client);
    return client;
  }

  /** A connected client, and its socket here. */
  async pair(options: Partial<ManagerOptions & SocketOptions> = {}): Promise<{ client: ClientSocket; socket: Socket }> {
    const client = this.client("", options);
    const [[socket]] = await Promise.all([once(this.io, "connection"), heard(client, "connect")]);
    return { client, socket: socket as Socket };
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    this.http.closeAllConnections();
    await this.io.close();
  }
}

/** Arguments of the next event; for client emitters, which are not those of Node. */
export function heard(emitter: { once(event: never, listener: never): unknown }, event: string): Promise<unknown[]> {
  return new Promise((resolve) => {
    emitter.once(event as never, ((...args: unknown[]) => resolve(args)) as never);
  });
}
