import { BareManager } from "./bare-manager.js";
import { Socket as Engine } from "./engine/socket.js";
import type { DefaultEventsMap, EventsMap } from "./events.js";
import type { ManagerOptions } from "./manager-settings.js";

declare module "./socket-types.js" {
  // `socket.io` has what programs add to the class by `declare module`, too.
  interface SocketHost<L extends EventsMap, E extends EventsMap> extends Manager<L, E> {}
}

/** Holds one connection and the sockets that share it. */
export class Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends BareManager<ListenEvents, EmitEvents> {
  constructor(opts: Partial<ManagerOptions>);
  constructor(uri?: string, opts?: Partial<ManagerOptions>);
  constructor(uri?: string | Partial<ManagerOptions>, opts?: Partial<ManagerOptions>);
  constructor(uri?: string | Partial<ManagerOptions>, opts?: Partial<ManagerOptions>) {
    if (typeof uri === "object") super(undefined, uri, Engine);
    else super(uri, opts ?? {}, Engine);
  }
}
