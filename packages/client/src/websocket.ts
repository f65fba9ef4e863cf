// The small entry: WebSocket only. No polling, so no sticky sessions and no upgrade, and a quarter less code.
import { BareManager } from "./bare-manager.js";
import { Session } from "./engine/session.js";
import { PlainWS } from "./engine/transports/plain-websocket.node.js";
import type { DefaultEventsMap, EventsMap } from "./events.js";
import { createLookup, type Lookup } from "./lookup.js";
import type { ManagerOptions } from "./manager-settings.js";

export { protocol } from "./core/packet.js";
export { Socket } from "./socket.js";

class WebSocketEngine extends Session {
  constructor(uri: string, options: Partial<ManagerOptions>) {
    super(uri, { ...options, forceBase64: false });
    this.start(PlainWS);
  }
}

/** Holds one connection and the sockets that share it. */
export class Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends BareManager<ListenEvents, EmitEvents> {
  constructor(uri: string, options: Partial<ManagerOptions> = {}) {
    super(uri, options, WebSocketEngine);
  }
}

/** As `io()` of the main entry, over WebSocket. The options `transports` and `forceBase64` are ignored. */
export const io: Lookup = /* @__PURE__ */ createLookup(Manager);
export { io as connect, io as default };
