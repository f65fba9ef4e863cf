import { Agent, type ClientRequestArgs, type Server as HttpServer } from "node:http";
import type { Duplex } from "node:stream";
import { Link, type LinkConditions } from "./link.js";
import type { SeededRandom } from "./random.js";
import type { VirtualClock } from "./virtual-clock.js";

/**
 * A network in memory with one server host. Clients reach it through `agent()`; the tests break it by `cutOne`,
 * `silenceOne` and `down`.
 */
export class SimulatedNetwork {
  private host: HttpServer | null = null;
  private readonly links = new Set<Link>();
  /** Counts deliveries: the simulation is quiet when it stands still. */
  activity = 0;

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: SeededRandom,
    private readonly conditions: LinkConditions,
  ) {}

  /** From now on connections reach this HTTP server, which does not listen on any port. */
  up(server: HttpServer): void {
    this.host = server;
  }

  /** The host is gone: its connections are cut, new ones are refused. */
  down(): void {
    this.host = null;
    for (const link of this.openLinks()) link.cut();
  }

  cutOne(): void {
    const links = this.openLinks();
    if (links.length > 0) this.random.pick(links).cut();
  }

  silenceOne(): void {
    const links = this.openLinks();
    if (links.length > 0) this.random.pick(links).silence();
  }

  /** Connections of which at least one end is not closed. */
  openLinks(): Link[] {
    for (const link of this.links) if (link.isOver) this.links.delete(link);
    return [...this.links];
  }

  /** An agent for `http.request` and for clients that accept one: each request gets a connection of its own. */
  agent(): Agent {
    const connect = (): Duplex => this.connect();
    return new (class extends Agent {
      constructor() {
        super({ keepAlive: false });
      }
      override createConnection(
        _options: ClientRequestArgs,
        done?: (error: Error | null, stream: Duplex) => void,
      ): Duplex {
        const stream = connect();
        if (done !== undefined) process.nextTick(done, null, stream);
        return stream;
      }
    })();
  }

  private connect(): Duplex {
    const link = new Link(this.clock, this.random, this.conditions, () => (this.activity += 1));
    this.links.add(link);
    this.activity += 1;
    const delayMs = this.conditions.minLatencyMs * 2;
    this.clock.schedule(() => {
      this.activity += 1;
      if (this.host === null) link.refuse();
      else link.accept(this.host);
    }, delayMs);
    return link.client;
  }
}
