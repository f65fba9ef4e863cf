import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { onTestFinished } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import { Socket, type SocketOptions } from "@halyard/client/engine";

/** A well-formed open packet, with some fields replaced. */
export function openPacket(fields: Record<string, unknown> = {}): string {
  const base = { sid: "abc", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 };
  return `0${JSON.stringify({ ...base, ...fields })}`;
}

export type Answer = string | ((request: IncomingMessage, response: ServerResponse) => void);

/** What an evil server does. A missing part behaves. */
export interface Evil {
  /** Answers to the GETs, in order; after the last one polls are held. */
  gets?: readonly Answer[];
  /** Answer to each POST. */
  post?: Answer;
  /** Called for each WebSocket. */
  websocket?: (socket: WebSocket, request: IncomingMessage) => void;
  /** Called for each upgrade request instead. */
  upgrade?: (socket: Duplex, request: IncomingMessage) => void;
  /** Whether the WebSocket compresses. */
  deflate?: boolean;
}

export interface EvilServer {
  readonly uri: string;
  readonly requests: IncomingMessage[];
}

/** Starts the server for the running test. */
export async function startEvil(evil: Evil): Promise<EvilServer> {
  const requests: IncomingMessage[] = [];
  const gets = [...(evil.gets ?? [openPacket()])];
  const http = createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
    requests.push(request);
    request.resume();
    const answer = request.method === "GET" ? gets.shift() : (evil.post ?? "ok");
    if (typeof answer === "string") response.end(answer);
    else answer?.(request, response);
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: evil.deflate ?? false });
  http.on("upgrade", (request, socket, head) => {
    requests.push(request);
    socket.on("error", () => {});
    if (evil.upgrade) return evil.upgrade(socket, request);
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on("error", () => {});
      evil.websocket?.(ws, request);
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(() => {
    for (const ws of sockets.clients) ws.terminate();
    http.closeAllConnections();
    http.close();
  });
  return { uri: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, requests };
}

/** What a client went through. */
export interface Outcome {
  /** Reason of `close`, or `alive`. */
  readonly end: string;
  /** Message of `error`, with its code. */
  readonly error: string | undefined;
  /** HTTP status the error came with. */
  readonly description: unknown;
  readonly upgradeErrors: string[];
  readonly messages: unknown[];
  readonly socket: Socket;
}

/**
 * Connects and waits until the session is closed, or alive with all that the test wants to see: events decide, no clock.
 *
 * @param isAlive whether the session has shown what it should; by default it is expected to close
 */
export async function meet(
  uri: string,
  options: SocketOptions = {},
  isAlive: (outcome: Outcome) => boolean = () => false,
): Promise<Outcome> {
  const socket = new Socket(uri, options);
  onTestFinished(() => void socket.close());
  const outcome: { -readonly [K in keyof Outcome]: Outcome[K] } = {
    end: "",
    error: undefined,
    description: undefined,
    upgradeErrors: [],
    messages: [],
    socket,
  };
  socket.on("error", (reason) => {
    const { message, code, description } = reason as Error & { code?: string; description?: unknown };
    outcome.description = description;
    outcome.error = code ? `${message}: ${code}` : message;
  });
  socket.on("upgradeError", ({ message }) => outcome.upgradeErrors.push(message));
  socket.on("message", (data) => outcome.messages.push(data));
  socket.on("close", (reason) => (outcome.end = reason));
  while (!outcome.end) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (!outcome.end && isAlive(outcome)) outcome.end = "alive";
  }
  return outcome;
}

/** A session that is open lives. */
export const isOpen = ({ socket }: Outcome): boolean => socket.readyState === "open";
export const hasMessage = ({ messages }: Outcome): boolean => messages.length > 0;
