export * from "socket.io-parser";
