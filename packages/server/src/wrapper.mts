// oxlint-disable-next-line import/default -- CommonJS: `module.exports`
import halyard from "./index.js";

export default halyard;
export type {
  BroadcastOperator,
  DefaultEventsMap,
  DisconnectDetails,
  DisconnectReason,
  DrainOptions,
  DrainProgress,
  Event,
  ExtendedError,
  HandlerErrorContext,
  Handshake,
  RemoteSocket,
  ServerOptions,
} from "./index.js";
export import Namespace = halyard.Namespace;
export import Server = halyard.Server;
export import Socket = halyard.Socket;
