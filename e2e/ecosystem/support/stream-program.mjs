/** A program that talks to itself through a stream, compressed; prints "30000 true". */
export const streamProgram = (esm) => `
${esm ? 'import WebSocket, { WebSocketServer, createWebSocketStream } from "ws";' : 'const WebSocket = require("ws"); const { WebSocketServer, createWebSocketStream } = WebSocket;'}
const wss = new WebSocketServer({ port: 0, perMessageDeflate: { threshold: 0 } }, () => {
  wss.on("connection", (s) => { const stream = createWebSocketStream(s, { encoding: "utf8" }); stream.pipe(stream); });
  const ws = new WebSocket("ws://127.0.0.1:" + wss.address().port, { perMessageDeflate: true });
  ws.on("open", () => ws.send("hello ".repeat(5000)));
  ws.on("message", (d) => { console.log(d.length, ws.extensions.length > 0); ws.close(); wss.close(); });
});
`;
