import debugModule from "debug";
import type { Channel } from "node:diagnostics_channel";
import { channels } from "./diagnostics.js";
import type { Socket } from "./socket.js";

const logSocket = debugModule("socket.io:socket");
const logBroadcast = debugModule("socket.io:broadcast-operator");

/** What the channels publish: docs/server.md, "Diagnostics". */
interface EventMessage {
  readonly socket: Socket;
  readonly event: unknown[];
}
interface AckMessage {
  readonly socket: Socket;
  readonly id: number;
  readonly args: unknown[];
  readonly direction: "in" | "out";
}
interface BroadcastMessage {
  readonly event: unknown[];
  readonly rooms: ReadonlySet<unknown>;
  readonly except: ReadonlySet<unknown>;
}

/**
 * Logs what is sent and received, if `DEBUG` asks for it now: as subscribers of the diagnostics channels, so that the way of a message
 * has nothing to do for logs nobody wants.
 */
export function logEvents(): void {
  if (logSocket.enabled) {
    listen<EventMessage>(channels.receive, ({ socket, event }) => logSocket("%s received %o", socket.id, event));
    listen<EventMessage>(channels.emit, ({ socket, event }) => logSocket("%s sent %o", socket.id, event));
    listen<AckMessage>(channels.ack, ({ socket, id, args, direction }) =>
      logSocket("%s %s acknowledgement %d %o", socket.id, direction === "in" ? "received" : "sent", id, args),
    );
  }
  if (logBroadcast.enabled) {
    listen<BroadcastMessage>(channels.broadcast, ({ event, rooms, except }) =>
      logBroadcast("sent %o to %o except %o", event, [...rooms], [...except]),
    );
  }
}

function listen<Message>(to: Channel, log: (message: Message) => void): void {
  to.subscribe((message) => log(message as Message));
}
