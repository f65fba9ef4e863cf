import { expect } from "vitest";
import { request, response, type RequestParts, type Response } from "./http.ts";
import { Line, WAIT_MS } from "./line.ts";
import { join, type Peer, PollingPeer, WebSocketPeer } from "./peer.ts";
import type { Variant, VictimProcess } from "./victim-process.ts";
import { RawWebSocket } from "./websocket.ts";

export const POLLING = "/socket.io/?EIO=4&transport=polling";
export const WEBSOCKET = "/socket.io/?EIO=4&transport=websocket";

export type Transport = "polling" | "websocket";

/** What an attack works with: one server, and lines to it which are closed when the attack is over. */
export class Target {
  private readonly lines: Line[] = [];

  constructor(
    private readonly victim: VictimProcess,
    readonly variant: Variant,
  ) {}

  readonly line = async (): Promise<Line> => {
    const line = await Line.open(this.victim.port(this.variant));
    this.lines.push(line);
    return line;
  };

  /** A line to which these bytes have been sent. */
  async send(bytes: string | Buffer): Promise<Line> {
    return (await this.line()).send(bytes);
  }

  async request(target: string, parts?: RequestParts, waitMs?: number): Promise<Response> {
    return response(await this.send(request(target, parts)), waitMs);
  }

  async websocket(
    target: string = WEBSOCKET,
    headers?: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<RawWebSocket> {
    return RawWebSocket.open(await this.line(), target, headers);
  }

  /** An open session, in no namespace yet. */
  async session(transport: Transport, headers?: Record<string, string>): Promise<Peer> {
    return transport === "websocket"
      ? WebSocketPeer.open(await this.line(), WEBSOCKET, headers)
      : PollingPeer.open(this.line, POLLING, headers);
  }

  polling(): Promise<PollingPeer> {
    return PollingPeer.open(this.line);
  }

  async websocketPeer(): Promise<WebSocketPeer> {
    return WebSocketPeer.open(await this.line());
  }

  /** A session that has joined the main namespace. */
  async member(transport: Transport): Promise<Peer> {
    const peer = await this.session(transport);
    await join(peer);
    return peer;
  }

  holdings(): ReturnType<VictimProcess["holdings"]> {
    return this.victim.holdings();
  }

  /** Waits until the server has accepted every line and read what was sent so far: until it has gone round its event loop. */
  async hasRead(): Promise<void> {
    for (let round = 0; round < 3; round++) await this.holdings();
  }

  /** Waits until nothing is left of those attackers who are gone. */
  async expectNothingLeft(waitMs = WAIT_MS): Promise<void> {
    const deadline = Date.now() + waitMs;
    let left = await this.holdings();
    while (left.sessions + left.sockets + left.rooms > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      left = await this.holdings();
    }
    expect(left).toEqual({ sessions: 0, sockets: 0, rooms: 0 });
  }

  close(): void {
    for (const line of this.lines) line.close();
  }
}

/** An echo comes back: the connection was not harmed. */
export async function expectEcho(peer: Peer, namespace = ""): Promise<void> {
  await peer.send(`42${namespace}["echo","still here"]`);
  for (;;) {
    const message = String(await peer.next());
    if (message.startsWith(`2${namespace}["echo","still here"`)) return; // an offset follows where recovery is on
  }
}

/** A refusal with the JSON body of the Engine.IO protocol, "Protocol errors". */
export function expectRefusal(answer: Response, code: number, status = 400): void {
  expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code });
}

function codeOf(answer: Response): unknown {
  try {
    return (JSON.parse(answer.body) as { code?: unknown }).code;
  } catch {
    return answer.body;
  }
}
