import { createServer } from "node:http";
import checks from "../programs/checks.cjs";
import { listen } from "../support/serve.mjs";

const VERSIONS = ["3.1.2", "4.0.2", "4.1.3", "4.2.0", "4.3.2", "4.4.1", "4.5.4", "4.6.2", "4.7.5", "4.8.4"];

export const name = "our client with servers of socket.io 3.1 and 4.0 to 4.8";
export const packages = Object.fromEntries(
  VERSIONS.map((version) => [`server-${version}`, `npm:socket.io@${version}`]),
);
// What the servers depend on is theirs.
export const keep = ["socket.io", "socket.io-adapter", "engine.io"];

export async function run(context) {
  const { io: createClient } = await context.load("socket.io-client");
  for (const version of VERSIONS) {
    const { Server } = context.require(`server-${version}`);
    const httpServer = createServer();
    const io = new Server(httpServer);
    checks.addHandlers(io, { emitWithAck: askByCallback });
    const url = await listen(context, httpServer);
    // Servers 4.1 to 4.3 lose a broadcast with binary data, whatever the client.
    const options = /^4\.[123]\./.test(version) ? { broadcastData: [1, 2] } : {};
    context.equal(await checks.checkClient(createClient, url, options), 49, `socket.io ${version}`);
    await context.eventually(() => io.engine.clientsCount, 0, "no session is left");
    io.close();
  }
}

/** `emitWithAck` is as old as 4.6. */
function askByCallback(socket, ...args) {
  return new Promise((resolve) => socket.emit(...args, resolve));
}
