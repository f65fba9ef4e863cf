// What many programs add to the connections of `ws`, here by the name the package has in this repository.
import Default, { WebSocket, WebSocketServer } from "@halyard/websocket";

declare module "@halyard/websocket" {
  interface WebSocket {
    isAlive: boolean;
  }
  interface ServerOptions {
    region?: string;
  }
}

const server = new WebSocketServer({ noServer: true, region: "eu" });
server.on("connection", (socket) => {
  socket.isAlive = true;
  socket.on("pong", function onPong() {
    this.isAlive = true;
  });
});
for (const socket of server.clients) {
  if (!socket.isAlive) socket.terminate();
}
export const alive: boolean[] = [new WebSocket("ws://x").isAlive, new Default("ws://x").isAlive];
