// The entry. Tracers such as dd-trace find what they wrap by the names of the files of `ws`, when those are required.
"use strict";

require("./constants.js");
require("./receiver.js");
require("./websocket.js");
require("./websocket-server.js");
module.exports = require("../dist/index.js");
