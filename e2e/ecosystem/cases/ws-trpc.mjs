import { createServer } from "node:http";
import { listenOnPort } from "../support/listen.mjs";

export const name = "tRPC: queries and subscriptions, on ws";
export const packages = { "@trpc/server": "11.7.1", "@trpc/client": "11.7.1", typescript: "5.9.3" };
export const replace = ["ws"];

export async function run(context) {
  const { initTRPC, TRPCError } = await context.load("@trpc/server");
  const { applyWSSHandler } = await context.load("@trpc/server/adapters/ws");
  const { createTRPCClient, createWSClient, wsLink } = await context.load("@trpc/client");
  const { WebSocket, WebSocketServer } = context.require("ws");
  const t = initTRPC.create();
  const router = t.router({
    hello: t.procedure.input(String).query(({ input }) => `hello ${input}`),
    fail: t.procedure.query(() => {
      throw new TRPCError({ code: "FORBIDDEN", message: "not so" });
    }),
    count: t.procedure.input(Number).subscription(async function* ({ input }) {
      for (let index = 1; index <= input; index++) yield index;
    }),
  });
  const server = createServer();
  const wss = new WebSocketServer({ server });
  const handler = applyWSSHandler({ wss, router, keepAlive: { enabled: true, pingMs: 100, pongWaitMs: 5000 } });
  const url = `ws://127.0.0.1:${await listenOnPort(context, server)}`;

  const wsClient = createWSClient({ url, WebSocket, retryDelayMs: () => 50 });
  context.onEnd(() => wsClient.close());
  const client = createTRPCClient({ links: [wsLink({ client: wsClient })] });
  context.equal(await client.hello.query("€"), "hello €", "a query");
  const error = await client.fail.query().catch((reason) => reason);
  context.equal([error.message, error.data.code], ["not so", "FORBIDDEN"], "an error");
  const numbers = [];
  await new Promise((resolve, reject) => {
    client.count.subscribe(50, { onData: (number) => numbers.push(number), onComplete: resolve, onError: reject });
  });
  const expected = Array.from({ length: 50 }, (_, index) => index + 1);
  context.equal(numbers, expected, "a subscription");
  context.equal(wss.clients.size, 1, "one connection for all");
  const [first] = wss.clients;
  handler.broadcastReconnectNotification();
  await context.eventually(
    () => [wss.clients.size, wss.clients.has(first)],
    [1, false],
    "a new one when it is asked to",
  );
  // The client may connect once more when it hears that the old connection has closed: what it asks just then fails.
  const again = () => client.hello.query("again").catch(() => null);
  await context.eventually(again, "hello again", "a query after that");
}
