export { Adapter } from "./in-memory-adapter.js";
export type {
  AdapterHost,
  AdapterLike,
  AdapterServer,
  AdapterServerOptions,
  AdapterSocket,
  EncodedPacket,
  EngineWriteOptions,
  PacketEncoder,
  RecoveryOptions,
  SocketDetails,
} from "./host.js";
export type {
  BroadcastFlags,
  BroadcastOptions,
  BroadcastPacket,
  Offset,
  PrivateSessionId,
  Room,
  ServerId,
  Session,
  SessionToPersist,
  SocketId,
} from "./types.js";
