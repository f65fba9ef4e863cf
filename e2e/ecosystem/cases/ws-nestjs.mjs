export const name = "NestJS 11 with its adapter for ws";
export const packages = {
  "@nestjs/common": "11.1.9",
  "@nestjs/core": "11.1.9",
  "@nestjs/platform-express": "11.1.9",
  "@nestjs/platform-ws": "11.1.9",
  "@nestjs/websockets": "11.1.9",
  "reflect-metadata": "0.2.2",
  rxjs: "7.8.2",
  tslib: "2.8.1",
};
export const replace = ["ws"];

export async function run(context) {
  context.require("reflect-metadata");
  const { WebSocket } = context.require("ws");
  const { app, log, url } = await startApp(context);
  const open = async (path) => {
    const socket = new WebSocket(url + path);
    const received = [];
    socket.on("message", (data) => received.push(JSON.parse(data)));
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
    return { socket, received, send: (event, data) => socket.send(JSON.stringify({ event, data })) };
  };
  const [a, b] = [await open("/chat"), await open("/chat")];
  await context.eventually(() => log, [["connected"], ["connected"]], "lifecycle hook");
  a.send("echo", { a: "€" });
  await context.eventually(() => a.received, [{ event: "echo", data: { a: "€" } }], "an answer");
  a.send("count", [1, 2]);
  const numbers = [1, 2].map((data) => ({ event: "number", data }));
  await context.eventually(() => a.received.slice(1), numbers, "observable");
  a.send("say", "hi");
  await context.eventually(() => b.received, [{ event: "said", data: "hi" }], "all clients of the server");
  const refused = new WebSocket(`${url}/nowhere`);
  const error = await new Promise((resolve) => refused.on("error", resolve));
  context.equal(error.message, "socket hang up", "a path without a gateway");
  a.socket.close(4001, "bye");
  await context.eventually(() => log.at(-1), ["disconnected"], "lifecycle hook at the end");
  const gone = new Promise((resolve) => b.socket.once("close", resolve));
  await app.close();
  context.equal(typeof (await gone), "number", "closing the application ends its clients");
}

async function startApp(context) {
  const { Module } = context.require("@nestjs/common");
  const { NestFactory } = context.require("@nestjs/core");
  const { WsAdapter } = context.require("@nestjs/platform-ws");
  const { __decorate } = context.require("tslib");
  const log = [];
  const AppModule = __decorate([Module({ providers: [makeGateway(context, log)] })], class {});
  const app = await NestFactory.create(AppModule, { logger: ["error", "warn"] });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, "127.0.0.1");
  return { app, log, url: (await app.getUrl()).replace("http", "ws") };
}

/** What a compiler makes of a class with decorators. */
function makeGateway(context, log) {
  const nest = context.require("@nestjs/websockets");
  const { __decorate, __param } = context.require("tslib");
  const { from, map } = context.require("rxjs");
  class Gateway {
    handleConnection() {
      log.push(["connected"]);
    }
    handleDisconnect() {
      log.push(["disconnected"]);
    }
    echo(data) {
      return { event: "echo", data };
    }
    count(numbers) {
      return from(numbers).pipe(map((data) => ({ event: "number", data })));
    }
    say(text, sender) {
      const message = JSON.stringify({ event: "said", data: text });
      for (const client of this.server.clients) if (client !== sender) client.send(message);
    }
  }
  for (const method of ["echo", "count", "say"]) {
    const parameters = [__param(0, nest.MessageBody()), __param(1, nest.ConnectedSocket())];
    __decorate([nest.SubscribeMessage(method), ...parameters], Gateway.prototype, method, null);
  }
  __decorate([nest.WebSocketServer()], Gateway.prototype, "server", undefined);
  return __decorate([nest.WebSocketGateway({ path: "/chat" })], Gateway);
}
