import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket } from "ws";

/** Milliseconds; the timings of the official suites. */
export const PING_INTERVAL = 300;
export const PING_TIMEOUT = 200;
export const MAX_PAYLOAD = 1_000_000;

/** A server under test, on a port of its own. */
export class Target {
  readonly http: HttpServer = createServer();
  private readonly lines: Line[] = [];

  constructor(
    private readonly path: string,
    private readonly revision: 3 | 4,
  ) {}

  async listen(): Promise<void> {
    this.http.listen(0, "127.0.0.1");
    await once(this.http, "listening");
  }

  async close(): Promise<void> {
    for (const line of this.lines) line.end();
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, "close");
  }

  /** @param query in the place of, or after, revision and transport */
  fetch(query: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://${this.address}?${query}`, init);
  }

  poll(sid: string): Promise<Response> {
    return this.fetch(`${this.query("polling")}&sid=${sid}`);
  }

  post(sid: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    return this.fetch(`${this.query("polling")}&sid=${sid}`, { method: "POST", body });
  }

  query(transport: string): string {
    return `EIO=${this.revision}&transport=${transport}`;
  }

  /** A websocket, whatever becomes of it. */
  connect(query: string): Line {
    const line = new Line(new WebSocket(`ws://${this.address}?${query}`));
    this.lines.push(line);
    return line;
  }

  /** A websocket of a new session, its open packet read. */
  async openWebSocket(): Promise<Line> {
    const line = this.connect(this.query("websocket"));
    await line.next();
    return line;
  }

  /** A websocket for a session that exists. */
  async openCandidate(sid: string): Promise<Line> {
    const line = this.connect(`${this.query("websocket")}&sid=${sid}`);
    await line.opened;
    return line;
  }

  private get address(): string {
    return `127.0.0.1:${(this.http.address() as AddressInfo).port}${this.path}`;
  }
}

/** A websocket whose messages are read one after the other. */
export class Line {
  readonly opened: Promise<void>;
  readonly closed: Promise<void>;
  private readonly received: (string | Uint8Array)[] = [];
  private wake: (() => void) | null = null;

  constructor(private readonly socket: WebSocket) {
    this.opened = new Promise((resolve) => socket.once("open", () => resolve()));
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => {});
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      this.received.push(isBinary ? new Uint8Array(data) : data.toString());
      this.wake?.();
    });
  }

  send(data: string | Uint8Array): void {
    this.socket.send(data);
  }

  /** The next message; pings of the server, which may come between any two, only when asked for. */
  async next({ pings = false }: { pings?: boolean } = {}): Promise<string | Uint8Array> {
    for (;;) {
      const message = this.received.shift();
      if (message === undefined) {
        await new Promise<void>((resolve) => (this.wake = resolve));
      } else if (pings || message !== "2") {
        return message;
      }
    }
  }

  /** So many messages, in order. */
  async take(count: number): Promise<(string | Uint8Array)[]> {
    const messages: (string | Uint8Array)[] = [];
    while (messages.length < count) messages.push(await this.next());
    return messages;
  }

  end(): void {
    this.socket.terminate();
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
