import { once } from "node:events";

export const name = "Miniflare: WebSockets of a Worker, from outside and by dispatchFetch, on ws";
export const packages = { miniflare: "4.20251118.1" };
export const replace = ["ws"];
export const slow = true;

const script = `export default {
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", ({ data }) => server.send("got " + data));
    return new Response(null, { status: 101, webSocket: client });
  },
}`;

export async function run(context) {
  const { Miniflare } = context.require("miniflare");
  const { WebSocket } = context.require("ws");
  const worker = new Miniflare({ modules: true, compatibilityDate: "2025-01-01", script });
  context.onEnd(() => worker.dispose());
  const url = await worker.ready;

  const client = new WebSocket(url.href.replace("http", "ws"));
  await once(client, "open");
  client.send("é");
  context.equal(String((await once(client, "message"))[0]), "got é", "from outside");
  client.terminate();

  const { webSocket } = await worker.dispatchFetch(url, { headers: { upgrade: "websocket" } });
  const answer = new Promise((resolve) => webSocket.addEventListener("message", ({ data }) => resolve(data)));
  webSocket.accept();
  webSocket.send("second");
  context.equal(await answer, "got second", "by dispatchFetch");
  webSocket.close(1000);
}
