// Starts a server for `checkClient`: server.cjs [name of the package]. Writes "port <n>".
const { createServer } = require("node:http");
const { addHandlers } = require("./checks.cjs");
const { Server } = require(process.argv[2] ?? "socket.io");

const httpServer = createServer();
addHandlers(new Server(httpServer, { allowEIO3: true }));
httpServer.listen(0, "127.0.0.1", () => console.log(`port ${httpServer.address().port}`));
