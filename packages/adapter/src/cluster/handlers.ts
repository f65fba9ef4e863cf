import type { SocketDetails } from "../host.js";
import type { BroadcastOptions, BroadcastPacket, Offset, Room, ServerId } from "../types.js";
import type { AckRequests } from "./ack-requests.js";
import type {
  BroadcastMessage,
  ClusterMessage,
  ClusterResponse,
  FetchMessage,
  RoomsMessage,
  ServerSideEmitMessage,
  UnsignedResponse,
} from "./message.js";
import { decodeOptions, isPacket, MessageType } from "./message.js";
import type { PendingRequests } from "./pending.js";

/** What messages of other nodes ask of this node: all of it concerns its own sockets only. */
export interface LocalNode {
  /** @param offset where the message stands in the log that sessions are restored from */
  broadcast(packet: BroadcastPacket, opts: BroadcastOptions, offset: Offset | undefined): void;
  broadcastWithAck(
    packet: BroadcastPacket,
    opts: BroadcastOptions,
    onClientCount: (clientCount: number) => void,
    onAck: (...args: unknown[]) => void,
  ): void;
  addSockets(opts: BroadcastOptions, rooms: Room[]): void;
  delSockets(opts: BroadcastOptions, rooms: Room[]): void;
  disconnectSockets(opts: BroadcastOptions, close: boolean): void;
  fetchSockets(opts: BroadcastOptions): Promise<SocketDetails[]>;
  serverSideEmit(args: unknown[]): void;
  /** Answers the sender. */
  respond(requester: ServerId, response: UnsignedResponse): void;
}

/** Carries out a checked message of another node. */
export function handleMessage(message: ClusterMessage, offset: Offset | undefined, node: LocalNode): void {
  switch (message.type) {
    case MessageType.BROADCAST:
      return handleBroadcast(message, offset, node);
    case MessageType.SOCKETS_JOIN:
    case MessageType.SOCKETS_LEAVE:
      return handleRooms(message, node);
    case MessageType.DISCONNECT_SOCKETS:
      return node.disconnectSockets(decodeOptions(message.data.opts), message.data.close === true);
    case MessageType.FETCH_SOCKETS:
      return handleFetch(message, node);
    case MessageType.SERVER_SIDE_EMIT:
      return handleServerSideEmit(message, node);
    case MessageType.INITIAL_HEARTBEAT:
    case MessageType.HEARTBEAT:
    case MessageType.ADAPTER_CLOSE:
      return; // of interest to adapters with a heartbeat only
    default:
      return message satisfies never;
  }
}

/** Brings a checked response of another node to the request it answers. */
export function handleResponse(response: ClusterResponse, pending: PendingRequests, acks: AckRequests): void {
  const { requestId } = response.data;
  switch (response.type) {
    case MessageType.FETCH_SOCKETS_RESPONSE:
      return pending.answer(requestId, response.uid, response.data.sockets);
    case MessageType.SERVER_SIDE_EMIT_RESPONSE:
      return pending.answer(requestId, response.uid, [response.data.packet]);
    case MessageType.BROADCAST_CLIENT_COUNT:
      return acks.get(requestId)?.onClientCount(response.data.clientCount);
    case MessageType.BROADCAST_ACK:
      return acks.get(requestId)?.onAck(response.data.packet);
    default:
      return response satisfies never;
  }
}

/** Some adapters bring responses by the way of messages. */
export function isResponse(message: ClusterMessage | ClusterResponse): message is ClusterResponse {
  switch (message.type) {
    case MessageType.FETCH_SOCKETS_RESPONSE:
    case MessageType.SERVER_SIDE_EMIT_RESPONSE:
    case MessageType.BROADCAST_CLIENT_COUNT:
    case MessageType.BROADCAST_ACK:
      return true;
    default:
      return false;
  }
}

function handleBroadcast({ uid, data }: BroadcastMessage, offset: Offset | undefined, node: LocalNode): void {
  const { packet, requestId } = data;
  if (!isPacket(packet)) return;
  const opts = decodeOptions(data.opts);
  if (typeof requestId !== "string") {
    node.broadcast(packet, opts, offset);
    return;
  }
  node.broadcastWithAck(
    packet,
    opts,
    (clientCount) => node.respond(uid, { type: MessageType.BROADCAST_CLIENT_COUNT, data: { requestId, clientCount } }),
    (response) => node.respond(uid, { type: MessageType.BROADCAST_ACK, data: { requestId, packet: response } }),
  );
}

function handleRooms(message: RoomsMessage, node: LocalNode): void {
  const opts = decodeOptions(message.data.opts);
  if (message.type === MessageType.SOCKETS_JOIN) {
    node.addSockets(opts, message.data.rooms);
  } else {
    node.delSockets(opts, message.data.rooms);
  }
}

function handleFetch({ uid, data }: FetchMessage, node: LocalNode): void {
  const { requestId } = data;
  void node.fetchSockets(decodeOptions(data.opts)).then((sockets) => {
    const described = sockets.map(describeSocket);
    node.respond(uid, { type: MessageType.FETCH_SOCKETS_RESPONSE, data: { requestId, sockets: described } });
  });
}

function handleServerSideEmit({ uid, data }: ServerSideEmitMessage, node: LocalNode): void {
  const { packet, requestId } = data;
  if (typeof requestId !== "string") {
    node.serverSideEmit(packet);
    return;
  }
  let isAnswered = false;
  const answer = (response: unknown): void => {
    if (!isAnswered) {
      isAnswered = true;
      node.respond(uid, { type: MessageType.SERVER_SIDE_EMIT_RESPONSE, data: { requestId, packet: response } });
    }
  };
  node.serverSideEmit([...packet, answer]);
}

/** A socket for the wire. The session store of express-session, if any, refers to itself: it stays here. */
function describeSocket({ id, handshake, rooms, data }: SocketDetails): SocketDetails {
  return { id, handshake: withoutSessionStore(handshake), rooms: [...rooms], data };
}

function withoutSessionStore(handshake: unknown): unknown {
  if (typeof handshake !== "object" || handshake === null) return handshake;
  return Object.fromEntries(Object.entries(handshake).filter(([name]) => name !== "sessionStore"));
}
