export { ClusterAdapter } from "./cluster/cluster-adapter.js";
export { ClusterAdapterWithHeartbeat } from "./cluster/heartbeat.js";
export type { ClusterAdapterOptions } from "./cluster/heartbeat.js";
export { MessageType } from "./cluster/message.js";
export type { ClusterMessage, ClusterResponse } from "./cluster/message.js";
export { Adapter } from "./in-memory-adapter.js";
export { SessionAwareAdapter } from "./session-aware-adapter.js";
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
