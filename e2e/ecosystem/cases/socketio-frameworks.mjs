import { once } from "node:events";
import { createServer } from "node:http";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeProject } from "../support/programs.mjs";
import { connect, listen, serve } from "../support/serve.mjs";

export const name = "zod-sockets, socket-controllers, inversify-socket-utils, GraphQL, with their types";
export const packages = {
  "zod-sockets": "2.3.0",
  zod: "3.25.76",
  "socket-controllers": "0.3.1",
  typedi: "0.10.0",
  "reflect-metadata": "0.2.2",
  "class-validator": "0.14.2",
  "inversify-socket-utils": "1.0.1202",
  "@n1ru4l/socket-io-graphql-server": "0.13.0",
  "@n1ru4l/socket-io-graphql-client": "0.13.0",
  graphql: "16.12.0",
  tslib: "2.8.1",
  typescript: "5.9.3",
  "@types/node": "20.19.25",
};

export async function run(context) {
  for (const check of [checkZod, checkControllers, checkInversify, checkGraphql, checkTypes]) await check(context);
}

async function checkZod(context) {
  const { createSimpleConfig, ActionsFactory, attachSockets } = context.require("zod-sockets");
  const { z } = context.require("zod");
  const { Server } = await context.load("socket.io");
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const emission = {
    chat: { schema: z.tuple([z.string()]) },
    question: { schema: z.tuple([z.string()]), ack: z.tuple([z.number()]) },
  };
  const config = createSimpleConfig({ startupLogo: false, logger, emission });
  const factory = new ActionsFactory(config);
  const text = z.tuple([z.string()]);
  const actions = [
    factory.build({ event: "join", input: text, output: text, handler: joinRoom }),
    factory.build({ event: "ask", input: text, output: z.tuple([z.unknown()]), handler: askAll }),
  ];
  const target = createServer();
  await attachSockets({ io: new Server(), config, target, actions });
  const url = await listen(context, target);
  const sockets = [await connect(context, url), await connect(context, url)];
  const heard = [];
  for (const [index, socket] of sockets.entries()) {
    socket.on("question", (_text, done) => done([index]));
    socket.on("chat", (said) => heard.push(`${index} ${said}`));
  }
  context.equal(await sockets[1].emitWithAck("join", "room"), "joined room", "zod-sockets: a room");
  const answers = await sockets[0].timeout(4000).emitWithAck("ask", "room");
  context.equal(answers, [[0], 1, [[1]]], "zod-sockets: acknowledgements of a client and of a room");
  await context.eventually(
    () => new Set(heard),
    new Set(["0 to all", "1 to all", "1 to room"]),
    "zod-sockets: broadcasts",
  );
}

async function joinRoom({ input: [room], client }) {
  await client.join(room);
  return [`joined ${room}`];
}

async function askAll({ input: [room], client, all, withRooms }) {
  await withRooms(room).broadcast("chat", "to room");
  await client.broadcast("chat", "to all");
  await client.emit("chat", "to all");
  const answer = await client.emit("question", "?");
  const { length } = await withRooms(room).getClients();
  void all.getRooms();
  return [[answer, length, await withRooms(room).broadcast("question", "?")]];
}

/** Decorators, applied as a compiler does. */
function decorate(target, methods) {
  for (const [method, [decorators, parameters]] of Object.entries(methods)) {
    Reflect.defineMetadata("design:paramtypes", [Object, Object], target.prototype, method);
    for (const [index, decorator] of parameters.entries()) decorator(target.prototype, method, index);
    const descriptor = Object.getOwnPropertyDescriptor(target.prototype, method);
    for (const decorator of decorators) decorator(target.prototype, method, descriptor);
  }
}

async function checkControllers(context) {
  context.require("reflect-metadata");
  const sc = context.require("socket-controllers");
  const { Container, Service } = context.require("typedi");
  const log = [];
  class Controller {
    connected(socket, token) {
      log.push(["connected", socket.connected, token]);
    }
    leaving(socket) {
      log.push(["leaving", socket.rooms.size]);
    }
    save(socket, body) {
      socket.join("room");
      return { ...body, id: 1 };
    }
    double(number, done) {
      done(number * 2);
    }
  }
  decorate(Controller, {
    connected: [[sc.OnConnect()], [sc.ConnectedSocket(), sc.SocketQueryParam("token")]],
    leaving: [[sc.OnDisconnecting()], [sc.ConnectedSocket()]],
    save: [
      [sc.OnMessage("save"), sc.EmitOnSuccess("saved")],
      [sc.ConnectedSocket(), sc.MessageBody()],
    ],
    double: [[sc.OnMessage("double")], [sc.MessageBody(), sc.MessageAck()]],
  });
  sc.SocketController("/space")(Controller);
  Service()(Controller);
  const { io, url } = await serve(context);
  void new sc.SocketControllers({ io, container: Container, controllers: [Controller] });
  const socket = await connect(context, `${url}/space`, { query: { token: "t" } });
  socket.emit("save", { text: "x" });
  context.equal(await once(socket, "saved"), [{ text: "x", id: 1 }], "socket-controllers: a returned value");
  context.equal(await socket.emitWithAck("double", 4), 8, "socket-controllers: an acknowledgement");
  socket.disconnect();
  const expected = [
    ["connected", true, "t"],
    ["leaving", 2],
  ];
  await context.eventually(() => log, expected, "socket-controllers: connection and its end");
}

async function checkInversify(context) {
  const utils = context.require("inversify-socket-utils");
  const { Container, injectable } = context.require("inversify");
  const log = [];
  class Controller {
    connected() {
      log.push("connected");
    }
    gone() {
      log.push("gone");
    }
    message(socket) {
      socket.emit("message", "hello");
    }
  }
  decorate(Controller, {
    connected: [[utils.onConnect("connection")], []],
    gone: [[utils.onDisconnect("disconnect")], []],
    message: [[utils.onMessage("message")], [utils.connectedSocket()]],
  });
  utils.controller("/space")(Controller);
  injectable()(Controller);
  const container = new Container();
  container.bind(utils.TYPE.Controller).to(Controller);
  const { io, url } = await serve(context);
  new utils.InversifySocketServer(container, io).build();
  const socket = await connect(context, `${url}/space`);
  socket.emit("message");
  context.equal(await once(socket, "message"), ["hello"], "inversify-socket-utils: an answer");
  socket.disconnect();
  await context.eventually(() => log, ["connected", "gone"], "inversify-socket-utils: connection and its end");
}

async function checkGraphql(context) {
  const { registerSocketIOGraphQLServer } = context.require("@n1ru4l/socket-io-graphql-server");
  const { createSocketIOGraphQLClient } = context.require("@n1ru4l/socket-io-graphql-client");
  const { buildSchema } = context.require("graphql");
  const schema = buildSchema("type Query { hello(name: String): String } type Subscription { count: Int }");
  let ended = 0;
  const rootValue = {
    hello: ({ name: title }) => `hello ${title}`,
    async *count() {
      try {
        for (let count = 0; ; count++) {
          yield { count };
          await sleep(5);
        }
      } finally {
        ended++;
      }
    },
  };
  const { io: socketServer, url } = await serve(context);
  const getParameter = () => ({ graphQLExecutionParameter: { schema, rootValue } });
  registerSocketIOGraphQLServer({ socketServer, getParameter });
  const client = createSocketIOGraphQLClient(await connect(context, url));
  const operation = "query ($name: String) { hello(name: $name) }";
  const { value } = await client.execute({ operation, variables: { name: "ann" } }).next();
  context.equal(value, { data: { hello: "hello ann" } }, "GraphQL: a query");
  const counts = [];
  for await (const { data } of client.execute({ operation: "subscription { count }" })) {
    if (counts.push(data.count) === 3) break;
  }
  context.equal(counts, [0, 1, 2], "GraphQL: a subscription");
  await context.eventually(() => ended, 1, "GraphQL: its end");
}

const PROGRAM = `
import { createServer } from "node:http";
import { Server } from "socket.io";
import { io as connect } from "socket.io-client";
import { attachSockets, createSimpleConfig, ActionsFactory } from "zod-sockets";
import { z } from "zod";
import { SocketControllers } from "socket-controllers";
import { registerSocketIOGraphQLServer } from "@n1ru4l/socket-io-graphql-server";
import { createSocketIOGraphQLClient } from "@n1ru4l/socket-io-graphql-client";
import { buildSchema } from "graphql";
import { InversifySocketServer } from "inversify-socket-utils";
const target = createServer();
const io = new Server(target);
const config = createSimpleConfig({ emission: { chat: { schema: z.tuple([z.string()]) } } });
const input = z.tuple([z.string()]);
const handler = async ({ input: [text] }: { input: [string] }): Promise<[string]> => [text];
const actions = [new ActionsFactory(config).build({ event: "ping", input, output: input, handler })];
await attachSockets({ io, config, target, actions });
new SocketControllers({ io, container: { get: <T,>(Class: new () => T) => new Class() }, controllers: [] });
const graphQLExecutionParameter = { schema: buildSchema("type Query { a: Int }") };
registerSocketIOGraphQLServer({ socketServer: io, getParameter: async () => ({ graphQLExecutionParameter }) });
createSocketIOGraphQLClient(connect("http://localhost"));
declare const container: ConstructorParameters<typeof InversifySocketServer>[0];
new InversifySocketServer(container, io);
`;

async function checkTypes(context) {
  const folder = path.join(context.folder, "types");
  const compilerOptions = { target: "es2022", module: "nodenext", strict: true, noEmit: true, types: ["node"] };
  writeProject(folder, { "program.mts": PROGRAM, "tsconfig.json": { compilerOptions, files: ["program.mts"] } });
  const tsc = context.require.resolve("typescript/bin/tsc");
  const { output } = await context.run(process.execPath, [tsc, "--pretty", "false"], {
    cwd: folder,
    status: [0, 1, 2],
  });
  context.equal(output, "", "their types");
}
