// What programs in CommonJS add to the interfaces of both sides.
import { io, Manager, type ManagerOptions } from "@halyard/client";
import { Server, Socket, type DefaultEventsMap, type Handshake } from "@halyard/server";

declare module "@halyard/client" {
  interface ManagerOptions {
    region?: string;
  }
  interface SocketOptions {
    tenant?: string;
  }
  interface Manager {
    label: string;
  }
  interface ExtendedError {
    status?: number;
  }
  interface SocketReservedEvents {
    renamed: (name: string) => void;
  }
}

// oxlint-disable typescript/no-explicit-any -- parameters of a declaration that is added to are the same
declare module "@halyard/server" {
  interface ServerOptions {
    region?: string;
  }
  interface Handshake {
    tenant?: string;
  }
  interface RemoteSocket<EmitEvents extends { [event: string]: any }, SocketData> {
    both?: [EmitEvents, SocketData];
  }
  interface BroadcastOperator<EmitEvents extends { [event: string]: any }, SocketData> {
    both?: [EmitEvents, SocketData];
  }
}
// oxlint-enable typescript/no-explicit-any

const options: Partial<ManagerOptions> = { region: "eu" };
const socket = io("http://x", { ...options, tenant: "a", region: "us" });
socket.on("renamed", (name) => name.trim());
socket.on("connect_error", (error) => error.status?.toFixed());
export const labels: string[] = [new Manager("http://x").label, socket.io.label];

/** The type of the sockets that a middleware has let in. */
export class UserSocket extends Socket<DefaultEventsMap, DefaultEventsMap> {
  declare data: { user: string };
  declare handshake: Handshake & { session: string };
}
const server = new Server({ region: "eu" });
server.on("connection", (socket) => socket.handshake.tenant?.trim());
export const operator: unknown = server.to("room").both;
void server.fetchSockets().then((sockets) => sockets.map((socket) => socket.both));
