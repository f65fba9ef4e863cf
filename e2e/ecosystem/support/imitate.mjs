import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect } from "node:net";
import path from "node:path";
import { listen } from "./serve.mjs";

/**
 * A service that is not the real one: says what `onConnection` says.
 *
 * @param options those of the WebSocketServer; `secure` makes it one of TLS, `onRequest` answers plain requests
 */
export async function imitate(context, onConnection, { secure = false, onRequest, ...options } = {}) {
  const { WebSocketServer } = context.require("ws");
  const httpServer = secure ? createSecureServer(certificate(context), onRequest) : createServer(onRequest);
  const wss = new WebSocketServer({ server: httpServer, ...options });
  wss.on("connection", (webSocket, req) => {
    const send = (message) => webSocket.send(JSON.stringify(message));
    const receive = (listener) =>
      webSocket.on("message", (data, isBinary) => listener(isBinary ? data : JSON.parse(data), isBinary));
    onConnection({ send, receive, webSocket, req });
  });
  const url = (await listen(context, httpServer)).replace("http", secure ? "https" : "http");
  return { clients: wss.clients, url, wsUrl: url.replace("http", "ws"), port: httpServer.address().port };
}

/** Key and certificate for localhost, signed by itself. */
export function certificate({ folder }) {
  const [key, cert] = ["key.pem", "cert.pem"].map((name) => path.join(folder, name));
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, "-days", "2", ...names], {
    stdio: "pipe",
  });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

/** Waits until something listens there. */
export function untilListening(context, port) {
  const connects = () =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.on("connect", () => socket.destroy()).on("error", () => resolve(false));
    });
  return context.eventually(connects, true, `listens on ${port}`);
}
