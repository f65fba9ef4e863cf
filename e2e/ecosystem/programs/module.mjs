// Every way in which ES modules load the packages, and a round trip.
import assert from "node:assert";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { Namespace, Server, Socket } from "socket.io";
import connect, { io, Manager, protocol, WebSocket } from "socket.io-client";
import checks from "./checks.cjs";

const require = createRequire(import.meta.url);
assert.strictEqual(require("socket.io").Server, Server);
assert.strictEqual(typeof Namespace, "function");
assert.strictEqual(typeof Socket, "function");
assert.strictEqual(connect, io);
assert.strictEqual(typeof Manager, "function");
assert.strictEqual(typeof WebSocket, "function");
assert.strictEqual(protocol, 5);
assert.strictEqual((await import("socket.io")).Server, Server);

const httpServer = createServer().listen(0, "127.0.0.1");
await once(httpServer, "listening");
const server = new Server(httpServer);
checks.addHandlers(server);
const count = await checks.checkClient(io, `http://127.0.0.1:${httpServer.address().port}`);
await server.close();
console.log(`${count} checks`);
