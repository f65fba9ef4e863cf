import path from "node:path";
import { writeProject } from "./programs.mjs";

export const NODE10 = { module: "commonjs", moduleResolution: "node10" };
/** What compilers up to 5 do when nothing is said. */
export const ES5 = { ...NODE10, target: "es5" };
export const COMMONJS = { module: "commonjs", moduleResolution: "bundler" };
export const NODE16 = { module: "node16", moduleResolution: "node16" };
export const NODENEXT = { module: "nodenext", moduleResolution: "nodenext" };
export const BUNDLER = { module: "esnext", moduleResolution: "bundler" };

const EVENTS = `
interface ToClient { news: (text: string, count: number) => void; question: (n: number, done: (n: number) => void) => void }
interface ToServer { hello: (name: string, done: (greeting: string) => void) => void }
interface Between { ping: () => void }
interface Data { user: string }
`;

const GOOD = `
import { createServer } from "node:http";
import { Server, Namespace, type Socket as ServerSocket, type RemoteSocket, type ServerOptions } from "socket.io";
import { io, Manager, Socket, type ManagerOptions, type SocketOptions } from "socket.io-client";
${EVENTS}
const options: Partial<ServerOptions> = { path: "/x", cors: { origin: "*" }, connectionStateRecovery: {} };
const server = new Server<ToServer, ToClient, Between, Data>(createServer(), options);
server.use((socket, next) => { socket.data.user = socket.handshake.auth["user"]; next(); });
server.on("connection", (socket: ServerSocket<ToServer, ToClient, Between, Data>) => {
  socket.on("hello", (name, done) => done(name.toUpperCase()));
  socket.to("room").emit("news", "text", 1);
  socket.emit("question", 1, (n) => n.toFixed());
  socket.on("disconnect", (reason, details) => [reason.length, details]);
});
const space: Namespace<ToServer, ToClient, Between, Data> = server.of("/space");
space.timeout(1).emit("question", 1, (error, answers) => [error.message, answers.map((n) => n.toFixed())]);
export async function main(): Promise<string> {
  const sockets: RemoteSocket<ToClient, Data>[] = await server.fetchSockets();
  const numbers: number[] = await server.timeout(5).emitWithAck("question", 1);
  return String(numbers.length) + sockets.map((one) => one.data.user).join();
}
const client: Socket<ToClient, ToServer> = io("http://localhost");
client.on("news", (text, count) => text.repeat(count));
client.emit("hello", "x", (greeting) => greeting.trim());
export const answer: Promise<string> = client.timeout(1).emitWithAck("hello", "x");
const both: Partial<ManagerOptions & SocketOptions> = { transports: ["websocket"], auth: { a: 1 }, reconnectionDelay: 1 };
new Manager("http://localhost", both).socket("/", both);
const untyped = new Server(3000, { serveClient: false });
untyped.on("connection", (socket) => socket.on("any", (a, b, c) => socket.emit("other", a, b, c)));
untyped.close();
`;

/** Each line alone must not compile. */
const BAD = [
  `server.emit("nwes", "text", 1);`,
  `server.emit("news", 1, "text");`,
  `server.emit("news", "text");`,
  `server.on("connection", (socket) => socket.emit("hello", "x", () => {}));`,
  `server.on("connection", (socket) => socket.on("hello", (name: number) => name));`,
  `server.on("connection", (socket) => { const n: number = socket.data.user; });`,
  `client.emit("news", "text", 1);`,
  `client.emit("hello", 5, () => {});`,
  `client.on("news", (text: boolean) => text);`,
  `const n: Promise<number> = client.emitWithAck("hello", "x");`,
  `server.emit("question", 1, () => {});`,
  `new Server(5, { pingTimout: 5 });`,
  `io("http://localhost", { reconectionDelay: 5 });`,
];
const BAD_HEAD = `
import { Server } from "socket.io";
import { io, type Socket } from "socket.io-client";
${EVENTS}
declare const server: Server<ToServer, ToClient, Between, Data>;
declare const client: Socket<ToClient, ToServer>;
`;

/** `import x = require()`, for programs in CommonJS. */
const REQUIRE = `
import socketio = require("socket.io");
import client = require("socket.io-client");
const server: socketio.Server = new socketio.Server(3000);
export const socket: client.Socket = client.io("http://localhost");
server.close();
`;

/** Compiles the programs by each compiler (a folder in `node_modules`) with each of its settings. */
export async function checkCompilers(context, compilers) {
  for (const [compiler, settings] of Object.entries(compilers)) {
    for (const setting of settings) await check(context, compiler, setting);
  }
}

async function check(context, compiler, setting) {
  const title = `${compiler} ${setting.module}-${setting.moduleResolution}`;
  const isModule = setting === BUNDLER;
  const compilerOptions = {
    target: "es2022",
    ...setting,
    strict: true,
    noEmit: true,
    types: ["node"],
    skipLibCheck: false,
  };
  const files = { "good.ts": GOOD };
  if (!isModule) files["require.cts"] = REQUIRE;
  if (setting === NODE16 || setting === NODENEXT) files["good.mts"] = GOOD;
  for (const [index, line] of BAD.entries()) files[`bad-${index}.ts`] = BAD_HEAD + line;
  // Beside the packages, where a program would be.
  const folder = path.join(context.folder, title.replaceAll(" ", "-"));
  writeProject(folder, {
    ...files,
    "package.json": { type: isModule ? "module" : "commonjs" },
    "tsconfig.json": { compilerOptions, files: Object.keys(files) },
  });
  const tsc = path.join(context.folder, "node_modules", compiler, "bin/tsc");
  const { output } = await context.run(process.execPath, [tsc, "--pretty", "false"], { cwd: folder, status: [1, 2] });
  const refused = new Set(Array.from(output.matchAll(/^(\S+)\(\d+,\d+\): error/gm), ([, file]) => file));
  const bad = Object.keys(files).filter((file) => file.startsWith("bad"));
  context.equal(refused, new Set(bad), `${title}: the programs that do not compile\n${output}`);
}
