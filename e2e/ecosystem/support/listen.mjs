import { once } from "node:events";

/** Starts an HTTP server on a free port, which ends with the case. */
export async function listen(context, server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.onEnd(() => server.closeAllConnections());
  return server.address().port;
}
