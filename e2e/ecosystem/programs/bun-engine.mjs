// A server on the engine of Bun. Writes "port <n>".
import { Server as Engine } from "@socket.io/bun-engine";
import { Server } from "socket.io";
import checks from "./checks.cjs";

const io = new Server();
const engine = new Engine({ path: "/socket.io/" });
io.bind(engine);
checks.addHandlers(io);
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", ...engine.handler() });
console.log(`port ${server.port}`);
