import { connect } from "../support/serve.mjs";

export const name = "NestJS 11: gateway, rooms, acknowledgements, guards, Redis adapter";
export const packages = {
  "@nestjs/common": "11.1.9",
  "@nestjs/core": "11.1.9",
  "@nestjs/platform-express": "11.1.9",
  "@nestjs/platform-socket.io": "11.1.9",
  "@nestjs/websockets": "11.1.9",
  "@socket.io/redis-adapter": "8.3.0",
  ioredis: "5.8.2",
  "reflect-metadata": "0.2.2",
  rxjs: "7.8.2",
  tslib: "2.8.1",
};

export async function run(context) {
  context.require("reflect-metadata");
  const redis = await context.startRedis();
  const [first, second] = [await startApp(context, redis.url), await startApp(context, redis.url)];
  await checkGateway(context, first);
  await checkAcrossNodes(context, first, second);
  const socket = await connect(context, `${first.url}/chat`);
  const reason = new Promise((resolve) => socket.once("disconnect", resolve));
  await first.app.close();
  context.equal(typeof (await reason), "string", "closing the application ends its sockets");
  await second.app.close();
}

async function startApp(context, redisUrl) {
  const { Module } = context.require("@nestjs/common");
  const { NestFactory } = context.require("@nestjs/core");
  const { __decorate } = context.require("tslib");
  const log = [];
  const Gateway = makeGateway(context, log);
  const AppModule = __decorate([Module({ providers: [Gateway] })], class {});
  const app = await NestFactory.create(AppModule, { logger: ["error", "warn"] });
  app.useWebSocketAdapter(makeAdapter(context, app, redisUrl));
  await app.listen(0, "127.0.0.1");
  return { app, log, url: (await app.getUrl()).replace("[::1]", "127.0.0.1") };
}

/** As in the documentation of NestJS. */
function makeAdapter(context, app, redisUrl) {
  const { IoAdapter } = context.require("@nestjs/platform-socket.io");
  const { createAdapter } = context.require("@socket.io/redis-adapter");
  const { Redis } = context.require("ioredis");
  const publisher = new Redis(redisUrl);
  const subscriber = publisher.duplicate();
  context.onEnd(() => [publisher, subscriber].forEach((client) => client.disconnect()));
  class RedisIoAdapter extends IoAdapter {
    createIOServer(port, options) {
      const server = super.createIOServer(port, { ...options, cors: { origin: "*" } });
      server.adapter(createAdapter(publisher, subscriber));
      return server;
    }
  }
  return new RedisIoAdapter(app);
}

/** What a compiler makes of a class with decorators. */
function makeGateway(context, log) {
  const { UseGuards } = context.require("@nestjs/common");
  const nest = context.require("@nestjs/websockets");
  const { __decorate, __param } = context.require("tslib");
  const { from, map } = context.require("rxjs");
  class Gateway {
    afterInit(server) {
      log.push(["init", server.name]);
    }
    handleConnection(client) {
      log.push(["connected", client.handshake.auth.name ?? null]);
    }
    handleDisconnect() {
      log.push(["disconnected"]);
    }
    echo(data, client) {
      return { event: "echoed", data: { data, hasClient: client.connected } };
    }
    ask(data) {
      return `answer to ${data}`;
    }
    count(numbers) {
      return from(numbers).pipe(map((data) => ({ event: "number", data })));
    }
    fail() {
      throw new nest.WsException("not so");
    }
    guarded() {
      return "never";
    }
    async join(room, client) {
      await client.join(room);
      return [...client.rooms].length;
    }
    say({ room, text }) {
      this.server.to(room).emit("said", text);
    }
    async who(room) {
      return (await this.server.in(room).fetchSockets()).length;
    }
  }
  const handler = (method, event, ...more) => {
    const body = __param(0, nest.MessageBody());
    const client = __param(1, nest.ConnectedSocket());
    __decorate([...more, nest.SubscribeMessage(event), body, client], Gateway.prototype, method, null);
  };
  for (const method of ["echo", "ask", "count", "fail", "join", "say", "who"]) handler(method, method);
  handler("guarded", "guarded", UseGuards({ canActivate: () => false }));
  __decorate([nest.WebSocketServer()], Gateway.prototype, "server", undefined);
  return __decorate([nest.WebSocketGateway({ namespace: "chat" })], Gateway);
}

async function checkGateway(context, { url, log }) {
  for (const transport of ["polling", "websocket"]) {
    log.length = 0;
    const socket = await connect(context, `${url}/chat`, { transports: [transport], auth: { name: transport } });
    const event = (name) => new Promise((resolve) => socket.once(name, resolve));
    context.equal(log, [["connected", transport]], "lifecycle hook");
    const echoed = event("echoed");
    socket.emit("echo", { a: 1 });
    context.equal(await echoed, { data: { a: 1 }, hasClient: true }, "event as an answer");
    context.equal(await socket.emitWithAck("ask", "this"), "answer to this", "acknowledgement");
    const numbers = [];
    socket.on("number", (number) => numbers.push(number));
    socket.emit("count", [1, 2, 3]);
    await context.eventually(() => numbers, [1, 2, 3], "observable");
    const failed = event("exception");
    socket.emit("fail");
    context.equal((await failed).message, "not so", "exception");
    const refused = event("exception");
    socket.emit("guarded", "x");
    context.equal((await refused).message, "Forbidden resource", "guard");
    context.equal(await socket.emitWithAck("join", "room"), 2, "room");
    socket.disconnect();
    await context.eventually(() => log.at(-1), ["disconnected"], "lifecycle hook at the end");
  }
}

async function checkAcrossNodes(context, first, second) {
  const a = await connect(context, `${first.url}/chat`);
  const b = await connect(context, `${second.url}/chat`);
  const said = [];
  for (const socket of [a, b]) {
    socket.on("said", (text) => said.push(text));
    await socket.emitWithAck("join", "both");
  }
  await context.eventually(() => a.emitWithAck("who", "both"), 2, "fetchSockets across nodes");
  a.emit("say", { room: "both", text: "hi" });
  await context.eventually(() => said, ["hi", "hi"], "room across nodes");
}
