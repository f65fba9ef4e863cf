import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import { createServer as createTlsServer, type ServerOptions as TlsOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "engine.io";

/** An engine.io server on a free port that sends back what it gets, except the message `quiet`. */
export class EchoServer {
  readonly http: HttpServer;
  readonly engine: Server;
  readonly sessions: Socket[] = [];

  constructor(
    options: Record<string, unknown> = {},
    private readonly tls?: TlsOptions,
  ) {
    this.http = tls ? createTlsServer(tls) : createServer();
    this.engine = new Server(options);
    this.engine.attach(this.http, { path: "/engine.io", ...options });
    this.engine.on("connection", (session: Socket) => {
      this.sessions.push(session);
      session.on("message", (data: string | Buffer) => {
        if (data !== "quiet") session.send(data);
      });
    });
  }

  async listen(): Promise<string> {
    this.http.listen(0, "127.0.0.1");
    await once(this.http, "listening");
    return `http${this.tls ? "s" : ""}://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.engine.close();
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, "close");
  }
}

/** Anything with component-emitter's `once`. */
interface Emits {
  once(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** The arguments of the next `event`. */
export function next(emitter: object, event: string): Promise<unknown[]> {
  return new Promise((resolve) => (emitter as Emits).once(event, (...args) => resolve(args)));
}
