export const name = "GraphQL subscriptions of Mercurius, by both protocols, on ws";
export const packages = {
  mercurius: "16.10.1",
  fastify: "5.12.8",
  graphql: "16.15.0",
  "graphql-ws": "5.16.2",
  "subscriptions-transport-ws": "0.11.0",
};
export const replace = ["ws"];

const topic = "ADDED";

export async function run(context) {
  const { WebSocket } = context.require("ws");
  const app = context.require("fastify")();
  app.register(context.require("mercurius"), {
    schema: "type Query { a: Int } type Mutation { add(n: Int!): Int } type Subscription { added: Int }",
    resolvers: {
      Mutation: { add: (_root, { n }, { pubsub }) => pubsub.publish({ topic, payload: { added: n } }) },
      Subscription: { added: { subscribe: (_root, _args, { pubsub }) => pubsub.subscribe(topic) } },
    },
    subscription: { keepAlive: 100 },
  });
  context.onEnd(() => app.server.closeAllConnections());
  const url = `${(await app.listen({ port: 0, host: "127.0.0.1" })).replace("http", "ws")}/graphql`;
  const query = "subscription { added }";

  const { createClient } = context.require("graphql-ws");
  const client = createClient({ url, webSocketImpl: WebSocket, lazy: false });
  const received = [];
  const next = ({ data }) => received.push(data.added);
  const stop = client.subscribe({ query }, { next, error: () => {}, complete: () => received.push("complete") });
  const { SubscriptionClient } = context.require("subscriptions-transport-ws");
  const old = new SubscriptionClient(url, { reconnect: false }, WebSocket);
  const receivedByOld = [];
  old.request({ query }).subscribe({ next: ({ data }) => receivedByOld.push(data.added) });

  let n = 0;
  const add = () => app.inject({ method: "POST", url: "/graphql", payload: { query: `mutation { add(n: ${++n}) }` } });
  const bothHeard = async () => {
    await add();
    return received.length > 0 && receivedByOld.length > 0;
  };
  await context.eventually(bothHeard, true, "both are subscribed");
  await add();
  await context.eventually(() => [received.at(-1), receivedByOld.at(-1)], [n, n], "what was published");
  stop();
  await context.eventually(() => received.at(-1), "complete", "one that unsubscribes");
  await add();
  await context.eventually(() => receivedByOld.at(-1), n, "the other one goes on");
  old.close();
  await client.dispose();
}
