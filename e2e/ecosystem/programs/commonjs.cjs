// Every way in which CommonJS programs load the packages, and a round trip.
const assert = require("node:assert");
const { createServer } = require("node:http");
const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");
const { addHandlers, checkClient } = require("./checks.cjs");

const createIo = require("socket.io");
const { Server, Namespace, Socket } = require("socket.io");
const connect = require("socket.io-client");
const { io, Manager } = require("socket.io-client");

assert.strictEqual(createIo.Server, Server);
assert.ok(createIo() instanceof Server);
assert.strictEqual(typeof Namespace, "function");
assert.strictEqual(typeof Socket, "function");
assert.strictEqual(typeof connect, "function");
assert.strictEqual(connect.Manager, Manager);
assert.strictEqual(connect.connect, connect.io);
assert.match(require("socket.io/package.json").version, /^4\.\d+\.\d+$/);
assert.match(require("socket.io-client/package.json").version, /^4\.\d+\.\d+$/);
assert.match(readFileSync(require.resolve("socket.io-client/dist/socket.io.js"), "utf8"), /\bio\b/);
assert.ok(existsSync(require.resolve("socket.io-client/dist/socket.io.js.map")));
assert.strictEqual(typeof require("socket.io-client/debug").io, "function");
// Applications serve these files by themselves.
for (const [name, folder] of [
  ["socket.io", "client-dist"],
  ["socket.io-client", "dist"],
]) {
  const place = path.join(path.dirname(require.resolve(`${name}/package.json`)), folder);
  for (const kind of ["", ".min", ".esm.min", ".msgpack.min"]) {
    for (const end of ["js", "js.map"]) assert.ok(existsSync(path.join(place, `socket.io${kind}.${end}`)), place);
  }
}
assert.throws(() => require("socket.io/dist/socket.js"));

const httpServer = createServer();
const server = createIo(httpServer);
addHandlers(server);
httpServer.listen(0, "127.0.0.1", () => void main());

async function main() {
  const checks = await checkClient(io, `http://127.0.0.1:${httpServer.address().port}`);
  await server.close();
  console.log(`${checks} checks`);
}
