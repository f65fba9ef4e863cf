import { createServer } from "node:http";
import checks from "../programs/checks.cjs";
import { listenOnPort } from "./listen.mjs";

/** Listens on a free port until the case ends; returns the url. */
export async function listen(context, httpServer) {
  return `http://127.0.0.1:${await listenOnPort(context, httpServer)}`;
}

/** A server of socket.io that ends with the case. */
export async function serve(context, options = {}) {
  const { Server } = await context.load("socket.io");
  const httpServer = createServer();
  const io = new Server(httpServer, options);
  return { io, url: await listen(context, httpServer) };
}

/** Handlers for `checkTransports`. */
export const { addHandlers } = checks;

/** Runs our client, by each transport, against a server with `addHandlers`. */
export async function checkTransports(context, url, options = {}) {
  const { io } = await context.load("socket.io-client");
  context.equal(await checks.checkClient(io, url, options), 49, `round trips to ${url}`);
}

/** A client, not connected yet. Gone when the case ends. */
export async function open(context, url, options = {}) {
  const { io } = await context.load("socket.io-client");
  const socket = io(url, { forceNew: true, ...options });
  context.onEnd(() => socket.disconnect());
  return socket;
}

/** A connected client, or the error with which it was refused. Gone when the case ends. */
export async function connect(context, url, options = {}) {
  const socket = await open(context, url, { reconnection: false, ...options });
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(socket));
    socket.once("connect_error", reject);
  });
}

/** Status and body of a response. */
export async function get(url, options) {
  const response = await fetch(url, options);
  return [response.status, await response.text()];
}
