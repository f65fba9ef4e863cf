"use strict";

module.exports = require("../dist/node/websocket-server.js").WebSocketServer;
