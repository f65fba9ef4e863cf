import * as client from "./debug.js";

/** `require("@halyard/client/debug")(uri)`: connects. */
function io(...args: Parameters<typeof client.io>): ReturnType<typeof client.io> {
  return client.io(...args);
}
const self = io as typeof client.io;

// The names of the ES module, on the function.
namespace io {
  export const io: typeof client.io = self;
  export const connect: typeof client.connect = self;
  export import Manager = client.Manager;
  export import Socket = client.Socket;
  export import protocol = client.protocol;
  export import Fetch = client.Fetch;
  export import XHR = client.XHR;
  export import NodeXHR = client.NodeXHR;
  export import WebSocket = client.WebSocket;
  export import NodeWebSocket = client.NodeWebSocket;
  export import WebTransport = client.WebTransport;

  export type CloseDetails = client.CloseDetails;
  export type DisconnectDescription = client.DisconnectDescription;
  export type DisconnectReason = client.DisconnectReason;
  export type ExtendedError = client.ExtendedError;
  export type ManagerOptions = client.ManagerOptions;
  export type ManagerReservedEvents = client.ManagerReservedEvents;
  export type SocketOptions = client.SocketOptions;
  export type SocketReservedEvents = client.SocketReservedEvents;
}

// For compilers that do not make a default import out of `module.exports` themselves.
Object.assign(io, { default: io });

declare namespace io {
  export { io as default };
}

export = io;
