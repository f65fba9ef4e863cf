import { once } from "node:events";
import { connect, createServer } from "node:net";

/** A TCP proxy in this process which breaks its connections as a seed says. */
export class FaultyProxy {
  #server;
  #lines = new Set();
  #random;
  /** Whether connections are broken; without, it only passes on. */
  isFaulty = true;
  /** Faults so far, by kind. */
  faults = {};

  constructor(random, targetPort) {
    this.#random = random;
    this.#server = createServer({ allowHalfOpen: true }, (inner) => this.#accept(inner, targetPort));
  }

  async listen() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this.#server.address().port;
  }

  /** No more faults: what is cut off or silent ends now. */
  heal() {
    this.isFaulty = false;
    for (const line of this.#lines) if (line.isDark) line.destroy();
  }

  close() {
    for (const line of this.#lines) line.destroy();
    this.#server.close();
  }

  #accept(client, targetPort) {
    const server = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const line = new Line(client, server, () => this.#lines.delete(line));
    this.#lines.add(line);
    this.#schedule(line);
  }

  #schedule(line) {
    setTimeout(
      () => {
        if (!this.isFaulty || !this.#lines.has(line)) return;
        const kind = this.#random.pick([
          "reset",
          "reset",
          "fin",
          "half-close",
          "truncate",
          "delay",
          "delay",
          "silence",
        ]);
        this.faults[kind] = (this.faults[kind] ?? 0) + 1;
        line.break(kind, this.#random);
        this.#schedule(line);
      },
      this.#random.integer(50, 2_500),
    );
  }
}

/** One connection through the proxy. */
class Line {
  isDark = false;
  #client;
  #server;
  #dropAfterBytes = Infinity;
  #onGone;

  constructor(client, server, onGone) {
    this.#client = client;
    this.#server = server;
    this.#onGone = onGone;
    this.#forward(client, server);
    this.#forward(server, client);
  }

  break(kind, random) {
    switch (kind) {
      case "reset":
        this.#client.resetAndDestroy();
        this.#server.resetAndDestroy();
        break;
      case "fin":
        this.destroy();
        break;
      case "half-close":
        random.pick([this.#client, this.#server]).end();
        break;
      case "truncate":
        this.#dropAfterBytes = random.integer(0, 300);
        break;
      case "delay":
        this.#pause(random.integer(20, 400));
        break;
      default:
        this.isDark = true;
    }
  }

  destroy() {
    this.#client.destroy();
    this.#server.destroy();
  }

  #forward(from, to) {
    from.on("data", (chunk) => {
      if (this.isDark) return;
      const part = chunk.subarray(0, this.#dropAfterBytes);
      this.#dropAfterBytes -= part.length;
      if (to.writable && !to.write(part)) from.pause();
      if (part.length < chunk.length) this.destroy();
    });
    to.on("drain", () => from.resume());
    from.on("end", () => {
      if (!this.isDark) to.end();
    });
    from.on("error", () => {});
    from.on("close", () => {
      this.#onGone();
      to.destroySoon();
    });
  }

  #pause(ms) {
    this.#client.pause();
    this.#server.pause();
    setTimeout(() => {
      this.#client.resume();
      this.#server.resume();
    }, ms);
  }
}
