import http from "node:http";
import https from "node:https";
import net from "node:net";
import tls from "node:tls";

/** An HTTP proxy that knows CONNECT and nothing else, and counts its tunnels. */
export class ConnectProxy {
  tunnels = 0;
  private readonly sockets = new Set<net.Socket>();
  private readonly server = http.createServer((_request, response) => response.writeHead(405).end());

  async listen(): Promise<number> {
    this.server.on("connect", (request, client: net.Socket, head: Buffer) => {
      this.tunnels++;
      const { hostname, port } = new URL(`http://${request.url}`);
      const target = net.connect(Number(port), hostname, () => {
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        target.write(head);
        target.pipe(client).pipe(target);
      });
      for (const [one, other] of [
        [client, target],
        [target, client],
      ] as const) {
        this.sockets.add(one);
        one.on("error", () => other.destroy()).on("close", () => this.sockets.delete(one));
      }
    });
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return (this.server.address() as net.AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** An agent as users have: sends every connection through the proxy, with TLS inside of the tunnel for `wss:`. */
export function proxyAgent(port: number, isSecure: boolean, tlsOptions: tls.ConnectionOptions = {}): http.Agent {
  const agent = isSecure ? new https.Agent() : new http.Agent();
  return Object.assign(agent, {
    createConnection: (
      options: { host?: string; port?: number },
      done: (error: Error | null, socket?: net.Socket) => void,
    ) => {
      const request = http.request({
        port,
        host: "127.0.0.1",
        method: "CONNECT",
        path: `${options.host}:${options.port}`,
      });
      request.on("error", done).on("connect", (_response, socket) => {
        done(null, isSecure ? tls.connect({ ...tlsOptions, socket, servername: "localhost" }) : socket);
      });
      request.end();
    },
  });
}
