"use strict";

module.exports = require("../dist/node/websocket.js").WebSocket;
