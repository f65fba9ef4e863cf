import { createServer } from "node:http";
import { listenOnPort } from "../support/listen.mjs";

export const name = "graphql-ws on ws";
export const packages = { graphql: "16.15.0", "graphql-ws": "6.4.2" };
export const replace = ["ws"];

export async function run(context) {
  const { buildSchema } = context.require("graphql");
  const { createClient } = context.require("graphql-ws");
  const { useServer } = context.require("graphql-ws/use/ws");
  const { WebSocket, WebSocketServer } = context.require("ws");

  const server = createServer();
  const wss = new WebSocketServer({ server, path: "/graphql" });
  const schema = buildSchema("type Query { hello: String } type Subscription { count(to: Int): Int }");
  const roots = {
    query: { hello: () => "world" },
    subscription: {
      async *count({ to }) {
        for (let count = 1; count <= to; count++) yield { count };
      },
    },
  };
  useServer({ schema, roots }, wss);
  const url = `ws://127.0.0.1:${await listenOnPort(context, server)}/graphql`;
  const client = createClient({ url, webSocketImpl: WebSocket });
  context.onEnd(() => client.dispose());

  const results = async (query) => {
    const list = [];
    for await (const { data } of client.iterate({ query })) list.push(data);
    return list;
  };
  context.equal(await results("{ hello }"), [{ hello: "world" }], "a query");
  const counts = [{ count: 1 }, { count: 2 }, { count: 3 }];
  context.equal(await results("subscription { count(to: 3) }"), counts, "a subscription");
  const stranger = new WebSocket(url);
  const code = await new Promise((resolve) => stranger.on("close", resolve));
  context.equal(code, 4406, "the close code for a missing subprotocol");
}
