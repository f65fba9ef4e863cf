/** What programs in TypeScript say about ws. */
export const PROGRAM = `
import WebSocket, {
  WebSocketServer,
  createWebSocketStream,
  type RawData,
  type ClientOptions,
  type ServerOptions,
  type PerMessageDeflateOptions,
  type VerifyClientCallbackAsync,
  type VerifyClientCallbackSync,
  type CertMeta,
  type CloseEvent,
  type ErrorEvent,
  type Event,
  type MessageEvent,
  type Data,
  type AddressInfo,
} from "ws";
import WS = require("ws");
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import type { Duplex } from "node:stream";
const server = http.createServer();
const wss = new WebSocketServer({
  server,
  verifyClient: (info, cb) => {
    const o: string = info.origin;
    const s: boolean = info.secure;
    const r: http.IncomingMessage = info.req;
    cb(true, 200, "x", { a: "b" });
    cb(o === "" || s, r.url ? 1 : 2);
  },
});
const wss2 = new WebSocket.Server<typeof WebSocket, typeof http.IncomingMessage>({
  noServer: true,
  clientTracking: false,
  handleProtocols: (protocols: Set<string>, request: http.IncomingMessage) => [...protocols][0] ?? false,
});
const wss3: WebSocketServer = new WS.WebSocketServer(
  {
    port: 0,
    perMessageDeflate: {
      threshold: 1,
      zlibDeflateOptions: { level: 1 },
      zlibInflateOptions: { chunkSize: 1 },
      concurrencyLimit: 2,
      serverNoContextTakeover: true,
      clientMaxWindowBits: 10,
    },
  },
  () => {},
);
const wss4: WS.Server = new WS.Server({
  port: 1,
  maxPayload: 5,
  skipUTF8Validation: true,
  backlog: 1,
  host: "x",
  path: "/",
});
class Alive extends WebSocket {
  isAlive = true;
  userId?: string;
}
const wss5 = new WebSocketServer<typeof Alive>({ noServer: true, WebSocket: Alive });
wss5.on("connection", (ws, req) => {
  ws.isAlive = false;
  ws.userId = req.url;
  ws.on("pong", () => {
    ws.isAlive = true;
  });
});
for (const c of wss5.clients) if (!c.isAlive) c.terminate();
interface ExtWebSocket extends WebSocket {
  isAlive: boolean;
}
wss.on("connection", (ws: WebSocket, req: http.IncomingMessage) => {
  const ext = ws as ExtWebSocket;
  ext.isAlive = true;
});
wss.on("connection", function (this: WebSocketServer, ws) {
  this.clients.has(ws);
});
wss.on("connection", function connection(ws, request) {
  ws.on("error", console.error);
  const ip: string | undefined = request.socket.remoteAddress;
});
wss.on("headers", (headers: string[], req: http.IncomingMessage) => {
  headers.push("a");
});
wss.on("wsClientError", (error: Error, socket: Duplex, request) => {
  socket.end(request.url);
});
wss.on("error", (e: Error) => e.message);
wss.on("close", () => {});
wss.on("listening", () => {});
const address: AddressInfo | string | null = wss.address();
wss.close((err?: Error) => err?.message);
wss.clients.forEach((client) => {
  if (client.readyState === WebSocket.OPEN) client.send("x", { binary: false });
});
wss.shouldHandle({} as http.IncomingMessage);
server.on("upgrade", (req, socket, head) => {
  wss2.handleUpgrade(req, socket, head, (ws, r) => {
    wss2.emit("connection", ws, r, { user: 1 });
  });
});
const ws = new WebSocket("ws://x", ["a"], {
  headers: { a: "b" },
  perMessageDeflate: false,
  handshakeTimeout: 1,
  followRedirects: true,
  maxRedirects: 1,
  origin: "x",
  protocolVersion: 13,
  agent: new https.Agent(),
  rejectUnauthorized: false,
  ca: "x",
  auth: "a:b",
  generateMask: (m: Buffer) => {},
  finishRequest: (r: http.ClientRequest, w: WebSocket) => r.end(),
  autoPong: false,
  allowSynchronousEvents: true,
  localAddress: "x",
  timeout: 1,
  createConnection: () => new net.Socket(),
});
const n1 = new WebSocket(null);
const n2 = new WebSocket(new URL("ws://x"), { protocol: "x" } as ClientOptions);
const n3 = new WebSocket("ws://x", undefined, {});
const n4 = new WebSocket("x", "p");
ws.on("open", function (this: WebSocket) {
  this.send("x");
});
ws.on("message", (data: RawData, isBinary: boolean) => {
  const s: string = data.toString();
  if (Array.isArray(data)) Buffer.concat(data);
  else if (data instanceof ArrayBuffer) new Uint8Array(data);
  else data.subarray(0);
});
ws.on("message", function message(data) {
  console.log("received: %s", data);
  JSON.parse(data.toString());
});
ws.on("message", (data: Buffer) => data.length);
ws.on("message", async (data: string) => data.length as any);
ws.on("message", (data: WebSocket.Data) => data);
ws.on("message", (data: WebSocket.RawData, b) => b);
ws.on("close", (code: number, reason: Buffer) => reason.toString() + code.toFixed());
ws.on("ping", (d: Buffer) => ws.pong(d));
ws.on("error", (e: Error) => {});
ws.on("upgrade", (r: http.IncomingMessage) => r.headers);
ws.on("redirect", (u: string, r: http.ClientRequest) => {});
ws.on("unexpected-response", (req: http.ClientRequest, res: http.IncomingMessage) => {
  res.statusCode;
});
ws.on("custom", (...args: any[]) => args);
ws.once("open", () => {});
ws.off("open", () => {});
ws.addListener("close", () => {});
ws.removeListener("message", () => {});
ws.removeAllListeners("message");
ws.emit("x", 1);
ws.onopen = (e: Event) => e.target.send("x");
ws.onopen = (e: WebSocket.Event) => e.type;
ws.onmessage = (e: MessageEvent) => {
  const d: Data = e.data;
  e.target.close();
};
ws.onclose = (e: CloseEvent) => {
  e.code;
  e.reason;
  e.wasClean;
  e.target;
};
ws.onerror = (e: ErrorEvent) => {
  e.error;
  e.message;
  e.type;
};
ws.onmessage = null;
ws.addEventListener(
  "message",
  (e) => {
    e.data;
    e.type;
    e.target.url;
  },
  { once: true },
);
ws.addEventListener("close", (e) => e.code);
ws.addEventListener("error", (e) => e.message);
ws.removeEventListener("message", (e: MessageEvent) => e.data);
ws.send("x");
ws.send(Buffer.alloc(1), (e) => e?.message);
ws.send(new Uint8Array(1), { compress: true, binary: true, fin: true, mask: true }, (e?: Error) => {});
ws.send(new ArrayBuffer(1));
ws.send([1, 2]);
ws.send(1);
ws.send(new DataView(new ArrayBuffer(1)));
ws.send(new Blob([]));
ws.ping();
ws.ping("x", true, (e: Error) => {});
ws.pong("x", false);
ws.close(1000, "x");
ws.close(1000, Buffer.from("x"));
ws.terminate();
ws.pause();
ws.resume();
const bt: "nodebuffer" | "arraybuffer" | "fragments" | "blob" = ws.binaryType;
ws.binaryType = "arraybuffer";
const bools: boolean = ws.isPaused;
const nums: number = ws.bufferedAmount;
const strs: string[] = [ws.extensions, ws.protocol, ws.url];
const rs: 0 | 1 | 2 | 3 = ws.readyState;
const st = [
  ws.CONNECTING,
  ws.OPEN,
  ws.CLOSING,
  ws.CLOSED,
  WebSocket.CONNECTING,
  WebSocket.OPEN,
  WebSocket.CLOSING,
  WebSocket.CLOSED,
];
const stream: Duplex = createWebSocketStream(ws, { encoding: "utf8", decodeStrings: false, allowHalfOpen: false });
WebSocket.createWebSocketStream(ws);
stream.pipe(process.stdout);
const so: ServerOptions = { noServer: true };
const wso: WebSocket.ServerOptions = so;
const co: WebSocket.ClientOptions = {};
const pmd: PerMessageDeflateOptions = {};
const p2: WebSocket.PerMessageDeflateOptions = pmd;
const va: VerifyClientCallbackAsync = (i, cb) => cb(true);
const vs: VerifyClientCallbackSync = () => true;
const cm: CertMeta = "x";
const W: typeof WebSocket = WebSocket.WebSocket;
const WSS: typeof WebSocketServer = WebSocket.WebSocketServer;
const ctor: new (url: string, p?: string | string[]) => WebSocket = WebSocket;
const inst: WebSocket.WebSocket = ws;
const inst2: WS.WebSocket = ws;
const inst3: InstanceType<typeof WebSocket> = ws;
const dom: {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  readyState: number;
  onopen: ((e: any) => any) | null;
  onmessage: ((e: any) => any) | null;
} = ws;
export {
  address,
  n1,
  n2,
  n3,
  n4,
  bools,
  nums,
  strs,
  rs,
  st,
  bt,
  wso,
  co,
  p2,
  va,
  vs,
  cm,
  W,
  WSS,
  ctor,
  inst,
  inst2,
  inst3,
  dom,
  wss3,
  wss4,
};
`;
