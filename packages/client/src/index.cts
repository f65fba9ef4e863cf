import * as client from "./index.js";
import type {
  CloseDetails,
  DisconnectDescription,
  DisconnectReason,
  ExtendedError,
  ManagerOptions,
  ManagerReservedEvents,
  SocketOptions,
  SocketReservedEvents,
} from "./index.js";

/** `require("@halyard/client")(uri)`: connects. */
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
}
// For compilers that do not make a default import out of `module.exports` themselves.
Object.assign(io, { default: io });

// Names of the interfaces, not interfaces of their own: programs add fields by `declare module "socket.io-client"`.
declare namespace io {
  export { io as default };
  export type {
    CloseDetails,
    DisconnectDescription,
    DisconnectReason,
    ExtendedError,
    ManagerOptions,
    ManagerReservedEvents,
    SocketOptions,
    SocketReservedEvents,
  };
}

export = io;
