export const name = "Colyseus: rooms of a game server, on ws";
export const packages = {
  "@colyseus/core": "0.16.24",
  "@colyseus/ws-transport": "0.16.5",
  "@colyseus/schema": "3.0.70",
  "colyseus.js": "0.16.22",
  express: "4.21.2",
};
export const replace = ["ws"];

export async function run(context) {
  const { Server } = context.require("@colyseus/core");
  const { WebSocketTransport } = context.require("@colyseus/ws-transport");
  const { Client } = context.require("colyseus.js");
  const server = new Server({ transport: new WebSocketTransport(), greet: false, gracefullyShutdown: false });
  const log = [];
  server.define("field", makeRoom(context, log));
  await server.listen(0, "127.0.0.1");
  const { port } = server.transport.server.address();

  const client = new Client(`ws://127.0.0.1:${port}`);
  const [a, b] = [
    await client.joinOrCreate("field", { name: "ann" }),
    await client.joinOrCreate("field", { name: "bob" }),
  ];
  context.equal(a.roomId, b.roomId, "one room");
  await context.eventually(() => log, ["join ann", "join bob"], "both have joined");
  const heard = [];
  b.onMessage("said", (message) => heard.push(message));
  a.onMessage("said", () => {});
  a.send("say", { text: "€" });
  await context.eventually(() => heard, [{ from: "ann", text: "€" }], "a message to all");
  const blob = new Promise((resolve) => a.onMessage("blob", resolve));
  a.sendBytes(
    "bytes",
    Uint8Array.from({ length: 2000 }, (_, index) => index % 256),
  );
  context.equal((await blob).length, 2000, "bytes, both ways");
  for (let index = 0; index < 20; index++) a.send("move", 1);
  await context.eventually(() => [a.state?.x, b.state?.x], [20, 20], "the state of the room, at both");
  const left = new Promise((resolve) => b.onLeave(resolve));
  await a.leave();
  await context.eventually(() => log.at(-1), "leave ann true", "left by itself");
  b.send("throw me out");
  context.equal(await left, 4002, "the close code of the room");
  const refused = await client.joinOrCreate("field", { name: "" }).then(String, (error) => error.message);
  context.equal(refused, "no name", "refused by the room");
  await server.gracefullyShutdown(false);
}

function makeRoom(context, log) {
  const { Room } = context.require("@colyseus/core");
  const { Schema, defineTypes } = context.require("@colyseus/schema");
  class State extends Schema {}
  defineTypes(State, { x: "number" });
  return class Field extends Room {
    onCreate() {
      this.state = Object.assign(new State(), { x: 0 });
      this.onMessage("say", (client, { text }) => this.broadcast("said", { from: client.userData, text }));
      this.onMessage("bytes", (client, bytes) => client.sendBytes("blob", bytes));
      this.onMessage("move", (_client, by) => (this.state.x += by));
      this.onMessage("throw me out", (client) => client.leave(4002));
    }
    onAuth(_client, { name }) {
      if (name === "") throw new Error("no name");
      return true;
    }
    onJoin(client, options) {
      client.userData = options.name;
      log.push(`join ${options.name}`);
    }
    onLeave(client, consented) {
      log.push(`leave ${client.userData} ${consented}`);
    }
  };
}
