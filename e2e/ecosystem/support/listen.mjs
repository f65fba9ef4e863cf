import { once } from "node:events";

/** Starts an HTTP server on a free port, which ends with the case; returns the port. */
export async function listenOnPort(context, httpServer) {
  httpServer.listen(0, "127.0.0.1");
  await once(httpServer, "listening");
  context.onEnd(() => {
    httpServer.closeAllConnections?.();
    httpServer.close();
  });
  return httpServer.address().port;
}
