import { once } from "node:events";
import net from "node:net";
import type { AddressInfo } from "node:net";
import { io as connect, type Socket as ClientSocket } from "socket.io-client";
import { describe, expect, it } from "vitest";
import { Fixture } from "./support.js";

const SECONDS = Number(process.env["RECOVERY_SECONDS"] ?? 10);
const SEED = Number(process.env["RECOVERY_SEED"] ?? 1);
const CLIENTS = 20;

/** Numbers in [0, 1) that depend on the seed alone. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** A line that can be cut: all connections through it end at once. */
class Line {
  private readonly sockets = new Set<net.Socket>();
  private readonly server: net.Server;

  constructor(targetPort: number) {
    this.server = net.createServer((near) => {
      const far = net.connect(targetPort, "127.0.0.1");
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.on("error", () => {});
        socket.on("close", () => {
          this.sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
  }

  async listen(): Promise<number> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return (this.server.address() as AddressInfo).port;
  }

  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.server.close();
  }
}

describe(`recovery of ${CLIENTS} clients on lines cut at random for ${SECONDS} s, seed ${SEED}`, () => {
  it("leaves nobody silent, and neither a gap nor a double", { timeout: SECONDS * 1000 + 30_000 }, async () => {
    const fixture = await new Fixture({ connectionStateRecovery: {}, transports: ["websocket"] }).listen();
    let unrecovered = 0;
    fixture.io.on("connection", (socket) => {
      if (!socket.recovered) {
        unrecovered++;
        void socket.join("all");
      }
    });
    const random = seeded(SEED);
    const lines: Line[] = [];
    const clients: ClientSocket[] = [];
    const received: number[][] = [];
    for (let i = 0; i < CLIENTS; i++) {
      const line = new Line((fixture.http.address() as AddressInfo).port);
      lines.push(line);
      const client = connect(`http://127.0.0.1:${await line.listen()}`, {
        forceNew: true,
        transports: ["websocket"],
        reconnectionDelay: 20,
        reconnectionDelayMax: 60,
      });
      const numbers: number[] = [];
      client.on("n", (n: number) => numbers.push(n));
      received.push(numbers);
      clients.push(fixture.track(client));
      await new Promise((resolve) => client.once("connect", () => resolve(null)));
    }

    let sent = 0;
    const sending = setInterval(() => fixture.io.to("all").emit("n", sent++), 5);
    const endMs = Date.now() + SECONDS * 1000;
    while (Date.now() < endMs) {
      lines[Math.floor(random() * CLIENTS)]?.cut();
      await new Promise((resolve) => setTimeout(resolve, random() * 60));
    }
    clearInterval(sending);
    const deadlineMs = Date.now() + 10_000;
    while (received.some((numbers) => numbers.at(-1) !== sent - 1) && Date.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const expected = Array.from({ length: sent }, (_, n) => n);
    for (const numbers of received) expect(numbers).toEqual(expected);
    expect(unrecovered).toBe(CLIENTS);
    for (const line of lines) line.close();
    await fixture.close();
  });
});
