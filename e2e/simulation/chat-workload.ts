import { createServer, type Server as HttpServer } from "node:http";
import { simulate, type Simulation } from "@halyard/testing";

/** The part of a Socket.IO server and client the workload uses; ours and the peers' have it. */
export interface Peers {
  readonly Server: new (httpServer: HttpServer, options: object) => WorkloadServer;
  readonly connect: (url: string, options: object) => WorkloadClient;
}
interface WorkloadServer {
  on(event: "connection", listener: (socket: ServerSocket) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  to(room: string): { emit(event: string, ...args: unknown[]): unknown };
  close(): Promise<void>;
  readonly engine: { readonly clientsCount: number };
}
interface ServerSocket {
  readonly recovered: boolean;
  readonly handshake: { readonly auth: Record<string, unknown> };
  on(event: string, listener: (...args: never[]) => void): unknown;
  join(room: string): unknown;
}
interface WorkloadClient {
  readonly connected: boolean;
  readonly recovered: boolean;
  readonly id?: string | undefined;
  on(event: string, listener: (...args: never[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  disconnect(): unknown;
}

export interface WorkloadOptions {
  /** acks: with retries, nothing acknowledged is lost; plain: nothing is doubled; recovery: no gap and no double. */
  readonly mode: "acks" | "plain" | "recovery";
  readonly transports: readonly string[];
}

const CLIENTS = 3;
const MESSAGES = 12;
const FAULTY_MS = 40_000;
const HEALING_MS = 120_000;

/** What happened, seen from outside of both sides. */
class Journal {
  /** Per client: the numbers the application on the server has seen, in order. */
  readonly received: number[][] = Array.from({ length: CLIENTS }, () => []);
  readonly acknowledged: number[][] = Array.from({ length: CLIENTS }, () => []);
  /** Per client: the broadcast numbers it has seen since it last (re)joined without recovery. */
  readonly heard: number[][] = Array.from({ length: CLIENTS }, () => []);
  readonly final: boolean[] = Array.from({ length: CLIENTS }, () => false);
  broadcasts = 0;
}

/** One seeded run. @throws Error with the seed when an invariant does not hold */
export function runChat(seed: number, peers: Peers, options: WorkloadOptions): Promise<void> {
  return simulate(seed, async (simulation) => {
    const record = new Journal();
    const server = new Host(simulation, peers, options, record);
    server.start();
    const clients = Array.from({ length: CLIENTS }, (_, index) =>
      connectClient(simulation, peers, options, record, index),
    );
    scheduleTraffic(simulation, server, clients, options, record);
    scheduleFaults(simulation, server, options);
    await simulation.advance(FAULTY_MS);
    await heal(simulation, server, clients, record);
    if (options.mode === "acks") {
      await simulation.until(
        () => record.acknowledged.every((list) => list.length === MESSAGES),
        HEALING_MS,
        "every message acknowledged",
      );
    }
    checkDelivery(options, record);
    for (const client of clients) client.disconnect();
    await server.stop();
    await simulation.advance(60_000);
    checkNothingLeft(simulation, server);
  });
}

/** The server application on its host; can go down and come back, its memory lost. */
class Host {
  private io: WorkloadServer | null = null;
  private last: WorkloadServer | null = null;

  constructor(
    private readonly simulation: Simulation,
    private readonly peers: Peers,
    private readonly options: WorkloadOptions,
    private readonly record: Journal,
  ) {}

  get isUp(): boolean {
    return this.io !== null;
  }

  get sessions(): number {
    return this.last?.engine.clientsCount ?? 0;
  }

  start(): void {
    const httpServer = createServer();
    const io = new this.peers.Server(httpServer, {
      pingInterval: 2_000,
      pingTimeout: 2_000,
      serveClient: false,
      ...(this.options.mode === "recovery" ? { connectionStateRecovery: {} } : {}),
    });
    io.on("connection", (socket) => {
      const index = Number(socket.handshake.auth["index"]);
      void socket.join("room");
      socket.on("say", (number: number, reply?: () => void) => {
        this.record.received[index]?.push(number);
        reply?.();
      });
    });
    this.simulation.network.up(httpServer);
    this.io = io;
    this.last = io;
  }

  broadcast(...args: unknown[]): void {
    this.io?.to("room").emit("news", ...args);
  }

  broadcastFinal(): void {
    this.io?.to("room").emit("final");
  }

  async stop(): Promise<void> {
    const io = this.io;
    this.io = null;
    this.simulation.network.down();
    await io?.close();
  }
}

function connectClient(
  simulation: Simulation,
  peers: Peers,
  options: WorkloadOptions,
  record: Journal,
  index: number,
): WorkloadClient {
  const client = peers.connect("http://host.local", {
    agent: simulation.network.agent(),
    transports: options.transports,
    auth: { index },
    forceNew: true,
    reconnectionDelay: 200,
    reconnectionDelayMax: 2_000,
    timeout: 3_000,
    ...(options.mode === "acks" ? { retries: 1_000, ackTimeout: 1_500 } : {}),
  });
  client.on("connect", () => {
    if (!client.recovered) record.heard[index] = [];
  });
  client.on("news", (number: number) => record.heard[index]?.push(number));
  client.on("final", () => {
    record.final[index] = true;
  });
  return client;
}

function scheduleTraffic(
  simulation: Simulation,
  server: Host,
  clients: WorkloadClient[],
  options: WorkloadOptions,
  record: Journal,
): void {
  const { random, clock } = simulation;
  clients.forEach((client, index) => {
    for (let number = 0; number < MESSAGES; number++) {
      const atMs = (FAULTY_MS / MESSAGES) * (number + random.next());
      clock.schedule(() => {
        if (options.mode === "acks")
          client.emit(
            "say",
            number,
            (error: Error | null) => error === null && record.acknowledged[index]?.push(number),
          );
        else client.emit("say", number);
      }, atMs);
    }
  });
  for (let atMs = 500; atMs < FAULTY_MS; atMs += 500) {
    clock.schedule(() => {
      if (server.isUp) server.broadcast((record.broadcasts += 1));
    }, atMs);
  }
}

function scheduleFaults(simulation: Simulation, server: Host, options: WorkloadOptions): void {
  const { random, clock, network } = simulation;
  let atMs = 0;
  while (atMs < FAULTY_MS - 5_000) {
    atMs += random.integer(200, 6_000);
    const restarts = options.mode === "recovery" ? 0 : 0.15;
    const kind = random.next();
    if (kind < restarts) {
      clock.schedule(() => void server.stop(), atMs);
      clock.schedule(
        () => {
          if (!server.isUp) server.start();
        },
        atMs + random.integer(50, 3_000),
      );
    } else if (kind < 0.7) clock.schedule(() => network.cutOne(), atMs);
    else clock.schedule(() => network.silenceOne(), atMs);
  }
}

/** Faults are over: everybody comes back, and nobody stays silent. */
async function heal(simulation: Simulation, server: Host, clients: WorkloadClient[], record: Journal): Promise<void> {
  if (!server.isUp) server.start();
  // Half-open lines are noticed by the heartbeat; until then a client may only believe that it is connected.
  await simulation.advance(10_000);
  await simulation.until(() => clients.every((client) => client.connected), HEALING_MS, "every client connected again");
  await simulation.advance(5_000);
  server.broadcastFinal();
  await simulation.until(() => record.final.every(Boolean), HEALING_MS, "every client hears the last broadcast");
}

function checkDelivery(options: WorkloadOptions, record: Journal): void {
  record.received.forEach((numbers, client) => {
    if (options.mode === "acks") {
      const missing = record.acknowledged[client]?.filter((number) => !numbers.includes(number)) ?? [];
      if (missing.length > 0) throw new Error(`client ${client}: acknowledged but lost: ${missing}`);
      const firsts = numbers.filter((number, at) => numbers.indexOf(number) === at);
      if (firsts.some((number, at) => number !== at)) throw new Error(`client ${client}: out of order: ${numbers}`);
    } else if (numbers.some((number, at) => at > 0 && number <= (numbers[at - 1] ?? -1))) {
      throw new Error(`client ${client}: doubled or out of order: ${numbers}`);
    }
  });
  record.heard.forEach((numbers, client) => {
    numbers.forEach((number, at) => {
      const before = numbers[at - 1];
      if (before === undefined) return;
      if (number <= before) throw new Error(`client ${client}: broadcast ${number} after ${before}`);
      if (options.mode === "recovery" && number !== before + 1)
        throw new Error(`client ${client}: recovered with a gap from ${before} to ${number}`);
    });
  });
}

function checkNothingLeft(simulation: Simulation, server: Host): void {
  if (server.sessions !== 0) throw new Error(`${server.sessions} sessions are left`);
  if (simulation.clock.pendingTimers !== 0) throw new Error(`${simulation.clock.pendingTimers} timers are left`);
  const open = simulation.network.openLinks().length;
  if (open !== 0) throw new Error(`${open} connections are left`);
}
