import { setTimeout as sleep } from "node:timers/promises";

export const name = "ocpp-rpc: charge points on ws";
export const packages = { "ocpp-rpc": "2.2.1" };
export const replace = ["ws"];

export async function run(context) {
  const { RPCClient, RPCServer, createRPCError } = context.require("ocpp-rpc");
  const server = new RPCServer({ protocols: ["ocpp1.6"], strictMode: true });
  server.auth((accept, reject, { identity, password }) => {
    if (identity === "stranger") reject(401, "no");
    else accept({ identity, password: password?.toString() });
  });
  const log = [];
  const currentTime = new Date(0).toISOString();
  server.on("client", (client) => {
    log.push([client.session, client.protocol]);
    client.on("close", ({ code, reason }) => log.push([client.identity, code, reason]));
    client.handle("Heartbeat", () => ({ currentTime }));
    client.handle(({ method }) => {
      throw createRPCError("NotSupported", method);
    });
  });
  const httpServer = await server.listen(0, "127.0.0.1");
  const create = (identity, options) =>
    new RPCClient({
      endpoint: `ws://127.0.0.1:${httpServer.address().port}`,
      identity,
      protocols: ["ocpp1.6"],
      strictMode: true,
      pingIntervalMs: 500,
      reconnect: false,
      ...options,
    });

  const client = create("first é", { password: "secret" });
  await client.connect();
  context.equal(await client.call("Heartbeat", {}), { currentTime }, "a call");
  const refused = await client.call("Reset", { type: "Soft" }).catch((error) => error);
  context.equal(refused.rpcErrorCode, "NotSupported", "a call that is refused");
  await sleep(1200);
  context.equal(client.state, RPCClient.OPEN, "the state after some pings");
  const stranger = await create("stranger")
    .connect()
    .catch((error) => error);
  context.equal([stranger.message, stranger.code], ["Unauthorized", 401], "a stranger");
  const unagreed = await create("unagreed", { protocols: ["ocpp2.0.1"] })
    .connect()
    .catch((error) => error);
  context.equal(unagreed.message, "Server sent no subprotocol", "no subprotocol in common");
  await client.close({ code: 4001, reason: "bye" });
  await context.eventually(() => log.at(-1), ["first é", 4001, "bye"], "a client that leaves");

  const other = create("other");
  await other.connect();
  const closed = new Promise((resolve) => other.once("close", resolve));
  await server.close({ code: 1012, reason: "restart" });
  const { code, reason } = await closed;
  context.equal([code, reason], [1012, "restart"], "a server that closes");
  const session = log.find(([who]) => typeof who === "object");
  context.equal(session, [{ identity: "first é", password: "secret" }, "ocpp1.6"], "who has come");
}
