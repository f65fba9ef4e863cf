import path from "node:path";
import { writeProject } from "../support/programs.mjs";

export const name = "TypeScript: node16, nodenext, bundler and old commonjs projects";
/** Five compilers, one after the other. */
export const timeoutMs = 300_000;
export const packages = {
  typescript: "7.0.2",
  "typescript-6": "npm:typescript@6.0.3",
  "typescript-5": "npm:typescript@5.9.3",
  "typescript-5.0": "npm:typescript@5.0.4",
  "@types/node": "20.19.25",
};

const NODE10 = { module: "commonjs", moduleResolution: "node10" };
const COMMONJS = { module: "commonjs", moduleResolution: "bundler" };
const NODE16 = { module: "node16", moduleResolution: "node16" };
const NODENEXT = { module: "nodenext", moduleResolution: "nodenext" };
const BUNDLER = { module: "esnext", moduleResolution: "bundler" };

/** The newest by each, the older ones by what their projects are likely to say. */
const COMPILERS = {
  typescript: [NODE16, NODENEXT, BUNDLER, COMMONJS],
  "typescript-6": [NODENEXT, COMMONJS],
  "typescript-5": [BUNDLER, NODE10],
  "typescript-5.0": [NODE16, NODE10],
};

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

export async function run(context) {
  for (const [compiler, settings] of Object.entries(COMPILERS)) {
    for (const setting of settings) await check(context, compiler, setting);
  }
}

async function check(context, compiler, setting) {
  const title = `${compiler} ${setting.module}-${setting.moduleResolution}`;
  const isModule = setting === BUNDLER;
  const compilerOptions = {
    ...setting,
    target: "es2022",
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
