import type { AdapterServerOptions, ClusterAdapterOptions, ClusterMessage, ClusterResponse } from "../src/index.js";
import { ClusterAdapter, ClusterAdapterWithHeartbeat } from "../src/index.js";
import { FakeHost, type FakeSocket } from "./fake-host.js";

interface Parcel {
  to: BusNode;
  from: string;
  content: ClusterMessage | ClusterResponse;
  offset: string;
  kind: "message" | "response";
}

/** What both kinds of cluster adapters look like from the bus. */
export interface BusAdapter extends ClusterAdapter {
  readonly id: string;
  receive(parcel: Parcel): void;
}

/** One node: a namespace with fake sockets and an adapter. */
export class BusNode {
  readonly host: FakeHost;
  readonly adapter: BusAdapter;
  isAlive = true;

  constructor(host: FakeHost, adapter: BusAdapter) {
    this.host = host;
    this.adapter = adapter;
  }

  /** Adds a connected socket to rooms. */
  connect(id: string, ...rooms: string[]): FakeSocket {
    const socket = this.host.add(id);
    void this.adapter.addAll(id, new Set([id, ...rooms]));
    for (const room of [id, ...rooms]) {
      socket.rooms.add(room);
    }
    return socket;
  }
}

/** Carries messages between nodes, as copies. They arrive in order and at once, unless they are held. */
export class Bus {
  readonly nodes: BusNode[] = [];
  /** All messages and responses that were sent. */
  readonly sent: Array<ClusterMessage | ClusterResponse> = [];
  readonly held: Parcel[] = [];
  isHolding = false;
  /** What publishing fails with, if it does. */
  failure: Error | null = null;
  /** Resolves before offsets are returned. */
  gate: Promise<void> = Promise.resolve();
  /** Whether messages have a position others can be replayed from. */
  keepsLog = true;
  #offset = 0;

  /** @param heartbeat with options: an adapter with heartbeat; `null`: one that is told the number of nodes */
  add(heartbeat: ClusterAdapterOptions | null, opts: AdapterServerOptions = {}): BusNode {
    const host = new FakeHost(opts);
    const adapter = heartbeat === null ? new PlainAdapter(host, this) : new HeartbeatAdapter(host, this, heartbeat);
    const node = new BusNode(host, adapter);
    this.nodes.push(node);
    void adapter.init();
    return node;
  }

  async publish(from: string, message: ClusterMessage): Promise<string> {
    if (this.failure !== null) {
      throw this.failure;
    }
    const offset = this.keepsLog ? String(++this.#offset) : "";
    this.sent.push(message);
    for (const node of this.nodes) {
      this.#carry({ to: node, from, content: clone(message), offset, kind: "message" });
    }
    await this.gate;
    return offset;
  }

  async respond(from: string, to: string, response: ClusterResponse): Promise<void> {
    this.sent.push(response);
    const node = this.nodes.find(({ adapter }) => adapter.id === to);
    if (node !== undefined) {
      this.#carry({ to: node, from, content: clone(response), offset: "", kind: "response" });
    }
  }

  /** Delivers what was held, in the order given by `sort`. */
  release(sort: (parcels: Parcel[]) => Parcel[] = (parcels) => parcels): void {
    for (const parcel of sort(this.held.splice(0))) {
      this.#deliver(parcel);
    }
  }

  #carry(parcel: Parcel): void {
    if (this.isHolding) {
      this.held.push(parcel);
    } else {
      this.#deliver(parcel);
    }
  }

  #deliver(parcel: Parcel): void {
    if (parcel.to.isAlive) {
      parcel.to.adapter.receive(parcel);
    }
  }
}

class PlainAdapter extends ClusterAdapter implements BusAdapter {
  readonly #bus: Bus;

  constructor(host: FakeHost, bus: Bus) {
    super(host);
    this.#bus = bus;
  }

  get id(): string {
    return this.uid;
  }

  override serverCount(): Promise<number> {
    return Promise.resolve(this.#bus.nodes.length);
  }

  receive({ content, offset, kind }: Parcel): void {
    if (kind === "message") {
      this.onMessage(content as ClusterMessage, offset);
    } else {
      this.onResponse(content as ClusterResponse);
    }
  }

  protected override doPublish(message: ClusterMessage): Promise<string> {
    return this.#bus.publish(this.uid, message);
  }

  protected override doPublishResponse(requester: string, response: ClusterResponse): Promise<void> {
    return this.#bus.respond(this.uid, requester, response);
  }
}

class HeartbeatAdapter extends ClusterAdapterWithHeartbeat implements BusAdapter {
  readonly #bus: Bus;

  constructor(host: FakeHost, bus: Bus, opts: ClusterAdapterOptions) {
    super(host, opts);
    this.#bus = bus;
  }

  get id(): string {
    return this.uid;
  }

  /** Everything comes as a message, as some published adapters do it. */
  receive({ content, offset }: Parcel): void {
    this.onMessage(content as ClusterMessage, offset);
  }

  protected override doPublish(message: ClusterMessage): Promise<string> {
    return this.#bus.publish(this.uid, message);
  }

  protected override doPublishResponse(requester: string, response: ClusterResponse): Promise<void> {
    return this.#bus.respond(this.uid, requester, response);
  }
}

function clone<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
