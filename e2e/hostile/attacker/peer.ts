import { WAIT_MS, type Line } from "./line.ts";
import { request, response, type Response } from "./http.ts";
import { RawWebSocket } from "./websocket.ts";

const SEPARATOR = "\x1e";

export interface OpenPacket {
  readonly sid: string;
  readonly maxPayload: number;
}

/** One Engine.IO v4 session on some transport; sends whatever it is told. */
export interface Peer {
  readonly sid: string;
  /** Engine.IO packets: text with its type, binary bytes. */
  send(...packets: (string | Buffer)[]): Promise<void>;
  /** The next message packet, without its type. Pings are answered. */
  next(waitMs?: number): Promise<string | Buffer>;
  /** Waits for the end of the session; false when it goes on. */
  ended(waitMs?: number): Promise<boolean>;
}

export class WebSocketPeer implements Peer {
  private constructor(
    readonly socket: RawWebSocket,
    readonly sid: string,
  ) {}

  static async open(
    line: Line,
    target = "/socket.io/?EIO=4&transport=websocket",
    headers: Record<string, string> = {},
  ): Promise<WebSocketPeer> {
    const socket = await RawWebSocket.open(line, target, headers);
    return new WebSocketPeer(socket, openPacket(String(await socket.next())).sid);
  }

  send(...packets: (string | Buffer)[]): Promise<void> {
    this.socket.send(...packets);
    return Promise.resolve();
  }

  async next(waitMs?: number): Promise<string | Buffer> {
    for (;;) {
      const packet = await this.socket.next(waitMs);
      if (typeof packet !== "string") return packet;
      if (packet[0] === "4") return packet.slice(1);
      if (packet === "2") this.socket.send("3");
    }
  }

  async ended(waitMs = WAIT_MS): Promise<boolean> {
    return (await this.socket.closed(waitMs)) !== 0;
  }
}

/** Opens a line each time it needs one. */
export type OpenLine = () => Promise<Line>;

export class PollingPeer implements Peer {
  private readonly packets: string[] = [];
  private isOver = false;

  private constructor(
    private readonly open: OpenLine,
    readonly sid: string,
    private readonly headers: Record<string, string>,
  ) {}

  static async open(
    open: OpenLine,
    target = "/socket.io/?EIO=4&transport=polling",
    headers: Record<string, string> = {},
  ): Promise<PollingPeer> {
    const line = (await open()).send(request(target, { headers }));
    const answer = await response(line);
    if (answer.status !== 200) throw new Error(`handshake answered with ${answer.status}: ${answer.body}`);
    return new PollingPeer(open, openPacket(answer.body).sid, headers);
  }

  get target(): string {
    return `/socket.io/?EIO=4&transport=polling&sid=${this.sid}`;
  }

  async send(...packets: (string | Buffer)[]): Promise<void> {
    const texts = packets.map((packet) => (typeof packet === "string" ? packet : `b${packet.toString("base64")}`));
    await this.post(texts.join(SEPARATOR)).catch(() => {});
  }

  async post(body: string | Buffer): Promise<Response> {
    const line = await this.open();
    line.send(request(this.target, { method: "POST", body, headers: this.headers }));
    return response(line);
  }

  async poll(waitMs?: number): Promise<Response> {
    const line = await this.open();
    line.send(request(this.target, { headers: this.headers }));
    return response(line, waitMs);
  }

  async next(waitMs?: number): Promise<string | Buffer> {
    for (;;) {
      const packet = this.packets.shift();
      if (packet === undefined) await this.fetch(waitMs);
      else if (packet[0] === "4") return packet.slice(1);
      else if (packet[0] === "b") return Buffer.from(packet.slice(1), "base64");
      else if (packet === "2") await this.send("3");
      else if (packet === "1") this.isOver = true;
    }
  }

  async ended(waitMs = WAIT_MS): Promise<boolean> {
    const deadline = Date.now() + waitMs;
    while (!this.isOver && Date.now() < deadline) {
      await this.fetch(deadline - Date.now()).catch(() => {});
      if (this.packets.includes("1")) this.isOver = true;
    }
    return this.isOver;
  }

  private async fetch(waitMs?: number): Promise<void> {
    if (this.isOver) throw new Error("the session is over");
    const answer = await this.poll(waitMs);
    if (answer.status === 200) this.packets.push(...answer.body.split(SEPARATOR));
    else this.isOver = true;
  }
}

/** Reads the packet that opens a session. */
export function openPacket(packet: string): OpenPacket {
  if (packet[0] !== "0") throw new Error(`expected an open packet, got ${packet.slice(0, 100)}`);
  return JSON.parse(packet.slice(1).split(SEPARATOR)[0] ?? "") as OpenPacket;
}

/** Joins the main namespace. @returns the data of the answer */
export async function join(peer: Peer, packet = "40"): Promise<Record<string, unknown>> {
  await peer.send(packet);
  const answer = String(await peer.next());
  const json = answer.indexOf("{");
  if (answer[0] !== "0" || json === -1) throw new Error(`CONNECT answered with ${answer.slice(0, 100)}`);
  return JSON.parse(answer.slice(json)) as Record<string, unknown>;
}
