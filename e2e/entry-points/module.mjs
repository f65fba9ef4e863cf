// @ts-check
// Type-checked by `pnpm types`, run by entry-points.test.ts: every way in which an ES module loads the packages.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { Adapter } from "@halyard/adapter";
import connect, { Manager, io } from "@halyard/client";
import * as engine from "@halyard/engine";
import { protocol as engineRevision } from "@halyard/engine/parser";
import createIo, { Server } from "@halyard/server";
import { protocol as socketRevision } from "@halyard/server/parser";
import WebSocket, { WebSocketServer } from "@halyard/websocket";

const require = createRequire(import.meta.url);

const server = createIo(createServer());
assert.ok(server instanceof Server);
assert.equal(connect, io);
assert.equal(typeof Manager, "function");
assert.equal(WebSocket.Server, WebSocketServer);
assert.equal(engine.protocol, 4);
assert.equal(typeof Adapter, "function");
assert.equal(engineRevision, 4);
assert.equal(socketRevision, 5);

// One class, whichever way it was loaded.
assert.equal(require("@halyard/server").Server, Server);
assert.equal(require("@halyard/engine").Server, engine.Server);
assert.equal(require("@halyard/adapter").Adapter, Adapter);
assert.equal(require("@halyard/websocket"), WebSocket);
