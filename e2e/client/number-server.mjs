// A server that notes the numbers it gets, in a process of its own so that it can be stopped. PORT is where it listens.
import { createServer } from "node:http";
import { Server } from "@halyard/server";

const http = createServer();
const server = new Server(http, { pingInterval: 400, pingTimeout: 1000 });
const numbers = [];
server.on("connection", (socket) => {
  socket.on("number", (number) => numbers.push(number));
  socket.on("numbers", (answer) => answer(numbers));
});
http.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("ready"));
