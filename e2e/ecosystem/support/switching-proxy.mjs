import { once } from "node:events";
import { connect, createServer } from "node:net";

/** A TCP proxy whose target can be changed, and whose connections can be cut. */
export async function startProxy(context, targetPort) {
  const sockets = new Set();
  const proxy = {
    targetPort,
    port: 0,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
  };
  const server = createServer((incoming) => {
    const outgoing = connect(proxy.targetPort, "127.0.0.1");
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ]) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy.port = server.address().port;
  context.onEnd(() => {
    proxy.cut();
    server.close();
  });
  return proxy;
}
