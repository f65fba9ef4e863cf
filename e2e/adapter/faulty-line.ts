import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Numbers in [0, 1) which are the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

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
  damage(share: number, random: () => number): void {
    for (const pair of this.#pairs) {
      if (random() < share) {
        breakPair(pair, Math.floor(random() * 4));
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

function breakPair({ client, server }: Pair, way: number): void {
  switch (way) {
    case 0: // both ends know
      client.destroy();
      server.destroy();
      return;
    case 1: // reset
      client.resetAndDestroy();
      server.resetAndDestroy();
      return;
    case 2: // the client knows; the server finds out by its heartbeat
      client.pause();
      server.removeAllListeners("data");
      server.resume();
      client.destroy();
      return;
    default: // nobody knows: what is sent is lost
      client.removeAllListeners("data");
      server.removeAllListeners("data");
      client.resume();
      server.resume();
  }
}
