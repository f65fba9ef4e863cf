import type {
  AdapterHost,
  AdapterLike,
  AdapterServerOptions,
  AdapterSocket,
  BroadcastPacket,
  EncodedPacket,
  EngineWriteOptions,
} from "../src/index.js";

/** A namespace without connections, which records what its sockets are sent. */
export class FakeHost implements AdapterHost {
  readonly name = "/";
  readonly sockets: Map<string, FakeSocket> = new Map();
  readonly server: AdapterHost["server"];
  /** Number of packets encoded. */
  encodings = 0;
  /** Arguments of each event from another node. */
  readonly serverSideEvents: unknown[][] = [];
  _ids = 0;
  /** Called with each event from another node. */
  onServerSideEvent: (args: unknown[]) => void = () => {};

  constructor(opts: AdapterServerOptions = {}) {
    const encode = (packet: BroadcastPacket): EncodedPacket => {
      this.encodings++;
      return [JSON.stringify(packet)];
    };
    this.server = { encoder: { encode }, opts };
  }

  _onServerSideEmit(args: unknown[]): void {
    this.serverSideEvents.push(args);
    this.onServerSideEvent(args);
  }

  /** Adds a socket; the adapter does not know it yet. */
  add(id: string): FakeSocket {
    const socket = new FakeSocket(id, this);
    this.sockets.set(id, socket);
    return socket;
  }
}

/** A connected socket which records what it is sent. */
export class FakeSocket implements AdapterSocket {
  readonly id: string;
  readonly handshake: unknown = { url: "/" };
  readonly rooms: Set<string> = new Set();
  data: unknown = {};
  readonly acks: AdapterSocket["acks"] = new Map();
  readonly client: AdapterSocket["client"];
  readonly packets: BroadcastPacket[] = [];
  readonly options: EngineWriteOptions[] = [];
  /** Calls of `join`, `leave` and `disconnect`, in order. */
  readonly calls: unknown[][] = [];
  readonly notified: BroadcastPacket[] = [];
  /** Called with each packet it is sent. */
  onPacket: (packet: BroadcastPacket) => void = () => {};
  readonly #host: FakeHost;
  #adapter: AdapterLike | null = null;

  constructor(id: string, host: FakeHost) {
    this.id = id;
    this.client = {
      writeToEngine: (encoded, options) => {
        this.packets.push(JSON.parse(String(encoded[0])) as BroadcastPacket);
        this.options.push(options);
        this.onPacket(this.packets.at(-1) ?? { type: -1 });
      },
    };
    this.#host = host;
  }

  /** From now on it joins and leaves for real. */
  actFor(adapter: AdapterLike): void {
    this.#adapter = adapter;
  }

  forgetAck(id: number): void {
    this.acks.delete(id);
  }

  /** Arguments of the events it was sent. */
  get events(): unknown[][] {
    return this.packets.map((packet) => packet.data as unknown[]);
  }

  join(rooms: string[]): void {
    this.calls.push(["join", rooms]);
    void this.#adapter?.addAll(this.id, new Set(rooms));
    for (const room of rooms) {
      this.rooms.add(room);
    }
  }

  leave(room: string): void {
    this.calls.push(["leave", room]);
    void this.#adapter?.del(this.id, room);
  }

  disconnect(close?: boolean): void {
    this.calls.push(["disconnect", close]);
    this.#adapter?.delAll(this.id);
    this.#host.sockets.delete(this.id);
  }

  notifyOutgoingListeners(packet: BroadcastPacket): void {
    this.notified.push(packet);
  }
}

/** Options of a broadcast to `rooms` except `except`. */
export function to(rooms: string[], except: string[] = []): { rooms: Set<string>; except: Set<string> } {
  return { rooms: new Set(rooms), except: new Set(except) };
}

/** A packet with an event. */
export function event(...data: unknown[]): BroadcastPacket & { data: unknown[] } {
  return { type: 2, data };
}
