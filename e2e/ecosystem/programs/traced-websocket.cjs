// A program traced by dd-trace, which wraps files of ws by name.
require("dd-trace").init({ flushInterval: 50, startupLogs: false });

const { createServer } = require("node:http");
const { WebSocket, WebSocketServer } = require("ws");

const server = createServer();
const wss = new WebSocketServer({ server });
wss.on("connection", (socket) => socket.on("message", (data, binary) => socket.send(data, { binary })));
server.listen(0, "127.0.0.1", () => {
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}/path?a=1`);
  client.on("open", () => client.send("hello"));
  client.on("message", (_data, isBinary) => {
    if (isBinary) client.close(4000, "done");
    else client.send(Buffer.alloc(3));
  });
});
