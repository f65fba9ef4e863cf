// A program that does not ask for the types of Node, and names those of ws as members of the class.
import { WebSocket, WebSocketServer } from "@halyard/websocket";

export function describe(data: Exclude<WebSocket.RawData, ArrayBuffer>, event: WebSocket.MessageEvent): string {
  return `${data.length} ${event.target.url}`;
}
const options: WebSocket.ClientOptions = { headers: {} };
const socket = new WebSocket("ws://x", options);
export const isOpen: boolean = socket.readyState === WebSocket.OPEN;
const server = new WebSocketServer({ noServer: true });
server.on("connection", (_client, request) => request.headers.cookie?.trim());
server.emit("connection", socket);
