import type { BroadcastFlags, BroadcastOptions, BroadcastPacket, Room, ServerId } from "../types.js";

/** Kinds of messages between the nodes of a cluster. The numbers go over the wire. */
export enum MessageType {
  INITIAL_HEARTBEAT = 1,
  HEARTBEAT = 2,
  BROADCAST = 3,
  SOCKETS_JOIN = 4,
  SOCKETS_LEAVE = 5,
  DISCONNECT_SOCKETS = 6,
  FETCH_SOCKETS = 7,
  FETCH_SOCKETS_RESPONSE = 8,
  SERVER_SIDE_EMIT = 9,
  SERVER_SIDE_EMIT_RESPONSE = 10,
  BROADCAST_CLIENT_COUNT = 11,
  BROADCAST_ACK = 12,
  ADAPTER_CLOSE = 13,
}

/** {@link BroadcastOptions} with arrays in the place of sets. */
export interface EncodedOptions {
  rooms: string[];
  except: string[];
  flags: BroadcastFlags;
}

interface Envelope<Type extends MessageType, Data> {
  /** The sender. */
  uid: ServerId;
  /** Name of the namespace. */
  nsp: string;
  type: Type;
  data: Data;
}

interface Heartbeat {
  uid: ServerId;
  nsp: string;
  type: MessageType.INITIAL_HEARTBEAT | MessageType.HEARTBEAT | MessageType.ADAPTER_CLOSE;
}

export type BroadcastMessage = Envelope<
  MessageType.BROADCAST,
  { opts: EncodedOptions; packet: unknown; requestId?: string }
>;
export type RoomsMessage = Envelope<
  MessageType.SOCKETS_JOIN | MessageType.SOCKETS_LEAVE,
  { opts: EncodedOptions; rooms: string[] }
>;
export type DisconnectMessage = Envelope<MessageType.DISCONNECT_SOCKETS, { opts: EncodedOptions; close?: boolean }>;
export type FetchMessage = Envelope<MessageType.FETCH_SOCKETS, { opts: EncodedOptions; requestId: string }>;
export type ServerSideEmitMessage = Envelope<MessageType.SERVER_SIDE_EMIT, { requestId?: string; packet: unknown[] }>;

/** A message to all other nodes. */
export type ClusterMessage =
  | Heartbeat
  | BroadcastMessage
  | RoomsMessage
  | DisconnectMessage
  | FetchMessage
  | ServerSideEmitMessage;

/** An answer to the node that asked. */
export type ClusterResponse =
  | Envelope<MessageType.FETCH_SOCKETS_RESPONSE, { requestId: string; sockets: unknown[] }>
  | Envelope<MessageType.SERVER_SIDE_EMIT_RESPONSE, { requestId: string; packet: unknown }>
  | Envelope<MessageType.BROADCAST_CLIENT_COUNT, { requestId: string; clientCount: number }>
  | Envelope<MessageType.BROADCAST_ACK, { requestId: string; packet: unknown }>;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A message before the adapter has signed it. */
export type UnsignedMessage = DistributiveOmit<ClusterMessage, "nsp" | "uid">;
/** A response before the adapter has signed it. */
export type UnsignedResponse = DistributiveOmit<ClusterResponse, "nsp" | "uid">;

/** For the wire. */
export function encodeOptions(opts: BroadcastOptions): EncodedOptions {
  return { rooms: [...opts.rooms], except: [...(opts.except ?? [])], flags: opts.flags ?? {} };
}

/** From the wire. */
export function decodeOptions(opts: EncodedOptions): BroadcastOptions {
  return { rooms: new Set(opts.rooms), except: new Set(opts.except), flags: opts.flags ?? {} };
}

/** Looks at a packet that came over the wire. */
export function isPacket(value: unknown): value is BroadcastPacket {
  return isRecord(value) && typeof value["type"] === "number";
}

/**
 * Looks at what came over the wire.
 *
 * @returns `null` for what is neither a message nor a response
 */
export function checkMessage(value: unknown): ClusterMessage | ClusterResponse | null {
  if (!isRecord(value)) return null;
  const { type } = value;
  const check = typeof type === "number" ? DATA_CHECKS[type as MessageType] : undefined;
  if (check === undefined) return null;
  const data = value["data"];
  const isValid = check === null || (isRecord(data) && check(data));
  return isValid ? (value as unknown as ClusterMessage | ClusterResponse) : null;
}

type Fields = Readonly<Record<string, unknown>>;

/** Kinds that carry data have a check; `null` for those that carry none. */
const DATA_CHECKS: Readonly<Record<MessageType, ((data: Fields) => boolean) | null>> = {
  [MessageType.INITIAL_HEARTBEAT]: null,
  [MessageType.HEARTBEAT]: null,
  [MessageType.ADAPTER_CLOSE]: null,
  [MessageType.BROADCAST]: (data) => hasOptions(data) && isPacket(data["packet"]),
  [MessageType.SOCKETS_JOIN]: (data) => hasOptions(data) && isRooms(data["rooms"]),
  [MessageType.SOCKETS_LEAVE]: (data) => hasOptions(data) && isRooms(data["rooms"]),
  [MessageType.DISCONNECT_SOCKETS]: hasOptions,
  [MessageType.FETCH_SOCKETS]: (data) => hasOptions(data) && hasRequest(data),
  [MessageType.SERVER_SIDE_EMIT]: (data) => Array.isArray(data["packet"]),
  [MessageType.FETCH_SOCKETS_RESPONSE]: (data) => hasRequest(data) && Array.isArray(data["sockets"]),
  [MessageType.SERVER_SIDE_EMIT_RESPONSE]: hasRequest,
  [MessageType.BROADCAST_CLIENT_COUNT]: (data) => hasRequest(data) && typeof data["clientCount"] === "number",
  [MessageType.BROADCAST_ACK]: hasRequest,
};

function hasOptions(data: Fields): boolean {
  const opts = data["opts"];
  return (
    isRecord(opts) &&
    isRooms(opts["rooms"]) &&
    isOptional(opts["except"], isRooms) &&
    isOptional(opts["flags"], isRecord)
  );
}

function hasRequest(data: Fields): boolean {
  return typeof data["requestId"] === "string";
}

function isRooms(value: unknown): value is Room[] {
  return Array.isArray(value);
}

function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || check(value);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
