"use strict";

module.exports = require("../dist/node/receiver-compat.js").Receiver;
