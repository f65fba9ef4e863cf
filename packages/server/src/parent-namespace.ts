import type { BroadcastOptions, BroadcastPacket, SocketDetails } from "@halyard/adapter";
import { Adapter } from "@halyard/adapter";
import debugModule from "debug";
import type { RemoteSocket } from "./broadcast-operator.js";
import { Namespace } from "./namespace.js";
import type { PublicClasses } from "./public-classes.js";
import type { DefaultEventsMap, EventsMap, Untyped } from "./typed-events.js";

const debug = debugModule("socket.io:parent-namespace");

let count = 0;

/**
 * A namespace that exists for every name that matches: `io.of(/^\/order-\d+$/)`. It has no sockets; what is registered
 * on it is copied to each child, what is emitted on it goes to all children.
 */
export class ParentNamespace<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = Untyped,
> extends Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
  /** The name upstream has. */
  private readonly children: Set<Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>> = new Set();

  constructor(server: PublicClasses<ListenEvents, EmitEvents, ServerSideEvents, SocketData>["server"]) {
    super(server, `/_${count++}`);
  }

  /** Makes the namespace of a name that matches. */
  createChild(name: string): Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
    debug("creating child namespace %s", name);
    const child = new Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>(this.server, name);
    this.copyHandlersTo(child);
    this.children.add(child);
    return child;
  }

  /** The child is gone. */
  removeChild(child: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>): void {
    this.children.delete(child);
  }

  /** @throws Error always: the children have the sockets */
  override fetchSockets(): Promise<RemoteSocket<EmitEvents, SocketData>[]> {
    throw new Error("fetchSockets() is not supported on parent namespaces");
  }

  override replaceAdapter(): void {
    this.adapter = new ChildrenAdapter(this, () => this.children);
  }
}

/** Hands broadcasts to the adapters of the children. */
class ChildrenAdapter extends Adapter {
  private readonly children: () => Iterable<Namespace>;

  constructor(parent: unknown, children: () => Iterable<unknown>) {
    super(parent);
    this.children = children as () => Iterable<Namespace>;
  }

  override broadcast(packet: BroadcastPacket, opts: BroadcastOptions): void {
    for (const child of this.children()) {
      // A copy each: an adapter writes into the packet and its data.
      const copy = { ...packet, data: [...(packet.data as unknown[])] };
      child.watch(child.adapter.broadcast(copy, opts), "adapter");
    }
  }

  override fetchSockets(_opts: BroadcastOptions): Promise<SocketDetails[]> {
    throw new Error("fetchSockets() is not supported on parent namespaces");
  }
}
