// @ts-check
// Type-checked by `pnpm types`, run by entry-points.test.ts: every way in which CommonJS code loads the packages.
const assert = require("node:assert/strict");
const { existsSync } = require("node:fs");
const { createServer } = require("node:http");
const path = require("node:path");
const createIo = require("@halyard/server");
const { Server } = require("@halyard/server");
const connect = require("@halyard/client");
const { io, Manager } = require("@halyard/client");
const WebSocket = require("@halyard/websocket");
const { WebSocketServer } = require("@halyard/websocket");
const engine = require("@halyard/engine");
const { Adapter } = require("@halyard/adapter");

const server = createIo(createServer());
assert.ok(server instanceof Server);
assert.equal(createIo.Server, Server);
assert.equal(typeof connect, "function");
assert.equal(connect.default, connect);
assert.equal(connect.Manager, Manager);
assert.equal(typeof io, "function");
assert.equal(connect.protocol, 5);
assert.equal(WebSocket.WebSocket, WebSocket);
assert.equal(WebSocket.Server, WebSocketServer);
assert.equal(engine.protocol, 4);
assert.equal(typeof engine.Server, "function");
assert.equal(typeof Adapter, "function");
assert.equal(require("@halyard/engine/parser").protocol, 4);
assert.equal(require("@halyard/server/parser").protocol, 5);
assert.equal(typeof require("@halyard/client/engine"), "object");
for (const name of ["websocket", "engine", "adapter", "server", "client"]) {
  const file = require.resolve(`@halyard/${name}/package.json`);
  const manifest = require(file);
  assert.equal(manifest.name, `@halyard/${name}`);
  // Where TypeScript with the resolution node10 finds the types of a path.
  for (const types of Object.values(manifest.typesVersions?.["*"] ?? {}).flat()) {
    assert.ok(existsSync(path.join(path.dirname(file), types)), `${name}: ${types}`);
  }
}
