"use strict";

const { kWebSocket } = require("../dist/node/traced-messages.js");

module.exports = { kWebSocket };
