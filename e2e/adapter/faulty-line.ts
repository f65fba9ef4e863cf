import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { SeededRandom } from "@halyard/testing";

/** The two ends of one connection through the line. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** A TCP line between clients and a server which can be damaged, one connection at a time. */
export class FaultyLine {
  readonly #listener: Server;
  readonly #pairs: Set<Pair> = new Set();
  readonly #sockets: Set<Socket> = new Set();

  constructor(targetPort: number) {
    this.#listener = createServer((client) => this.#join(client, connect(targetPort, "127.0.0.1")));
  }

  async listen(): Promise<number> {
    this.#listener.listen(0, "127.0.0.1");
    await once(this.#listener, "listening");
    return (this.#listener.address() as AddressInfo).port;
  }

  /** Damages some of the connections, each in one of four ways. */
  damage(share: number, random: SeededRandom): void {
    for (const pair of this.#pairs) {
      if (random.chance(share)) {
        breakPair(pair, random.pick(WAYS));
      }
    }
  }

  close(): void {
    this.#listener.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  #join(client: Socket, server: Socket): void {
    const pair: Pair = { client, server };
    this.#pairs.add(pair);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => {});
      from.on("data", (chunk) => to.write(chunk));
      from.on("close", () => {
        this.#sockets.delete(from);
        this.#pairs.delete(pair);
        if (!from.isPaused()) {
          to.destroy();
        }
      });
    }
  }
}

const WAYS = ["both know", "reset", "the client knows", "nobody knows"] as const;

function breakPair({ client, server }: Pair, way: (typeof WAYS)[number]): void {
  switch (way) {
    case "both know":
      client.destroy();
      server.destroy();
      return;
    case "reset":
      client.resetAndDestroy();
      server.resetAndDestroy();
      return;
    case "the client knows": // the server finds out by its heartbeat
      client.pause();
      server.removeAllListeners("data");
      server.resume();
      client.destroy();
      return;
    case "nobody knows": // what is sent is lost
      client.removeAllListeners("data");
      server.removeAllListeners("data");
      client.resume();
      server.resume();
      return;
    default:
      way satisfies never;
  }
}
