import type { IncomingMessage } from "node:http";
import { type SessionSink, throwLater } from "@halyard/engine";
import debugModule from "debug";
import { type AttemptClient, ConnectAttempt } from "./connect-attempt.js";
import type { ConnectionHost, Member, PacketDecoder } from "./connection-ports.js";
import { ConnectionWriter, type WriteOptions } from "./connection-writer.js";
import { CONNECT, CONNECT_ERROR } from "./constants.js";
import { JoinedNamespaces } from "./core/joined-namespaces.js";
import type { Packet } from "./core/packet.js";
import { PendingPacket } from "./core/pending-packet.js";
import { channels } from "./diagnostics.js";
import { asDisconnectReason } from "./disconnect.js";
import type { EngineSession } from "./engine-port.js";
import type { Auth } from "./handshake.js";
import { epochMs, type Moment, now } from "./moment.js";
import { decodeNext } from "./packet-codec.js";
import type { PublicClasses } from "./public-classes.js";
import { nextRun } from "./handler-run.js";
import type { EventsMap, Untyped } from "./typed-events.js";

const debug = debugModule("socket.io:client");

declare module "./public-classes.js" {
  interface PublicClasses<
    ListenEvents extends EventsMap,
    EmitEvents extends EventsMap,
    ServerSideEvents extends EventsMap,
    SocketData,
  > {
    client: Client<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;
  }
}

/** One engine session and the namespaces it has joined. */
export class Client<
  ListenEvents extends EventsMap = EventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = EventsMap,
  SocketData = Untyped,
>
  extends ConnectionWriter
  implements SessionSink, AttemptClient
{
  /** Id of the engine session; not the id of a socket. */
  readonly id: string;
  declare protected readonly connectionHost: ConnectionHost;
  /** When the last message came in; null before. */
  private lastPacketMoment: Moment | null = null;
  private connectionState: "open" | "failed" | "closed" = "open";
  private readonly packetDecoder: PacketDecoder | null;
  private incomingPacket: PendingPacket | null = null;
  private readonly memberSockets: JoinedNamespaces<Member, ConnectAttempt> = new JoinedNamespaces();
  private firstConnectTimer: NodeJS.Timeout | undefined;
  /** Only for engines without a sink. */
  private readonly engineListeners: { data: SessionSink["onMessage"]; close: SessionSink["onClose"] } | null = null;

  constructor(host: ConnectionHost, conn: EngineSession) {
    super(conn, host);
    this.id = conn.id;
    this.packetDecoder = host.createDecoder === null ? null : host.createDecoder();
    this.packetDecoder?.on("decoded", (packet) => this.onDecoded(packet));
    if (this.direct !== null) {
      this.direct.setSink(this);
    } else {
      this.engineListeners = {
        data: (data) => this.onMessage(data),
        close: (reason, description) => this.onClose(reason, description),
      };
      conn.on("data", this.engineListeners.data);
      conn.on("close", this.engineListeners.close);
    }
    if (host.connectTimeoutMs > 0) this.firstConnectTimer = setTimeout(closeIfIdle, host.connectTimeoutMs, this);
    // Protocol v3 (socket.io-client 2): the main namespace is joined without a CONNECT packet.
    if (conn.protocol === 3) this.startAttempt("/", null);
  }

  /** Takes over a session: from now on it is driven by what the engine delivers. */
  static serve(host: ConnectionHost, conn: EngineSession): void {
    void new Client(host, conn);
  }

  /** When the last message came in, in ms since the epoch; 0 before. */
  get lastActivityMs(): number {
    return this.lastPacketMoment === null ? 0 : epochMs(this.lastPacketMoment);
  }

  /** First HTTP request of the connection. */
  get request(): IncomingMessage {
    return this.conn.request;
  }

  /** A message of the client. An undecodable one ends the connection, never the process. */
  onMessage(data: string | Buffer): void {
    if (this.connectionState !== "open") return;
    this.lastPacketMoment = now();
    try {
      if (this.packetDecoder !== null) {
        this.packetDecoder.add(data);
        return;
      }
      const decoded = decodeNext(this.incomingPacket, data, this.connectionHost.limits);
      this.incomingPacket = decoded instanceof PendingPacket ? decoded : null;
      if (!(decoded instanceof PendingPacket)) this.deliverLater(decoded);
    } catch (error) {
      this.onDecodeError(error as Error);
    }
  }

  /** What the sockets say of the request stays what it was when they connected. */
  onRequestReplaced(): void {
    for (const member of this.memberSockets.values()) void member.handshake;
  }

  /** The engine session ended. */
  onClose(given: string, description?: unknown): void {
    if (this.connectionState === "closed") return;
    this.connectionState = "closed";
    const reason = asDisconnectReason(given);
    debug("client close with reason %s", reason);
    clearTimeout(this.firstConnectTimer);
    this.leaveEngine();
    for (const attempt of this.memberSockets.takeAttempts()) attempt.onEngineClosed();
    for (const member of this.memberSockets.values()) {
      try {
        member.onConnectionClosed(reason, description);
      } catch (error) {
        throwLater(error); // the other sockets have to hear it, too
      }
    }
    this.memberSockets.clear();
    this.incomingPacket = null;
    this.packetDecoder?.destroy();
  }

  /** A packet, in order and in a tick of its own (Socket.IO protocol v5, "Exchange"). Called by {@link deliver}. */
  onPacket(packet: Packet): void {
    if (this.connectionState !== "open" || this.memberSockets.isDropped(packet)) return;
    nextRun();
    const { type } = packet;
    let name = packet.nsp;
    let auth = packet.data as Auth | undefined;
    if (this.conn.protocol === 3) {
      const query = name.indexOf("?");
      // That revision has no payload of CONNECT. The last of several equal names wins, as in the query of a request.
      auth = query === -1 ? undefined : Object.fromEntries(new URLSearchParams(name.slice(query + 1)));
      if (query !== -1) name = name.slice(0, query);
    }
    const member = this.memberSockets.get(name);
    if (member !== undefined && type !== CONNECT && type !== CONNECT_ERROR) {
      member.onPacket(packet);
    } else if (type === CONNECT && member === undefined && !this.memberSockets.isJoining(name)) {
      this.startAttempt(name, auth ?? null);
    } else if (type === CONNECT || type === CONNECT_ERROR || !this.memberSockets.wasMadeToLeave(name)) {
      this.close();
    }
  }

  /** A socket has joined its namespace. */
  onMemberConnected(name: string, member: Member): void {
    this.memberSockets.join(name, member);
    clearTimeout(this.firstConnectTimer);
    this.firstConnectTimer = undefined;
  }

  /** A socket has left its namespace; unless by the `connection`, that goes on. */
  onMemberLeft(name: string, member: Member, by: "client" | "server" | "connection"): void {
    this.memberSockets.leave(name, member, by, this.connectionHost.limits.maxNamespacesPerConnection);
  }

  onAttemptEnded(attempt: ConnectAttempt): void {
    this.memberSockets.endJoining(attempt.name);
  }

  refuse(attempt: Pick<ConnectAttempt, "name">, error: Error & { data?: unknown }): void {
    const { message, data } = error;
    // Protocol v3 knows only one value; an unknown namespace has been an object even there. Data that is falsy says nothing, and its
    // clients would take a 0 for the id of the packet.
    const isV3 = this.conn.protocol === 3 && message !== "Invalid namespace";
    this.sendPacket({ type: CONNECT_ERROR, nsp: attempt.name, data: isV3 ? data || message : { message, data } });
  }

  /** Ends the connection after a violation of the protocol, or at the server's wish. */
  close(): void {
    if (!this.isOpen) return;
    debug("forcing transport close");
    this.conn.close();
    this.onClose("forced server close");
  }

  /** Makes every socket leave its namespace, then ends the connection. */
  disconnect(): void {
    for (const member of this.memberSockets.values()) {
      try {
        member.disconnect();
      } catch (error) {
        throwLater(error); // of a listener: the connection ends all the same
      }
    }
    this.close();
  }

  /** The server shuts down: as {@link onClose}, with the reason for it, then ends the connection. */
  shutDown(): void {
    if (!this.isOpen) return;
    this.onClose("server shutting down");
    this.conn.close();
  }

  /** True while no namespace has been joined. */
  get isIdle(): boolean {
    return this.memberSockets.size === 0;
  }

  private onDecoded(packet: Packet): void {
    const { data } = packet;
    if (Array.isArray(data) && data.length > this.connectionHost.limits.maxEventArguments + 1) {
      throw new Error("invalid payload"); // caught by onMessage, which called the decoder
    }
    this.deliverLater(packet);
  }

  /** In a tick of its own: a listener that throws cannot cut the parse of what follows. */
  private deliverLater(packet: Packet): void {
    this.memberSockets.onRead(packet);
    process.nextTick(deliver, this, packet);
  }

  private onDecodeError(error: Error): void {
    this.connectionState = "failed";
    debug("undecodable packet: %s", error.message);
    if (channels.error.hasSubscribers) channels.error.publish({ kind: "parse", client: this, error });
    for (const member of this.memberSockets.values()) {
      try {
        member.onParserError(error);
      } catch (thrown) {
        throwLater(thrown);
      }
    }
    this.conn.close();
  }

  private startAttempt(name: string, auth: Auth | null): void {
    const { maxNamespacesPerConnection, maxPendingConnects } = this.connectionHost.limits;
    const pending = this.memberSockets.attemptCount;
    if (pending >= maxPendingConnects || this.memberSockets.size + pending >= maxNamespacesPerConnection) {
      this.refuse({ name }, new Error("too many namespaces"));
      return;
    }
    const attempt = new ConnectAttempt(this, name, auth);
    this.memberSockets.beginJoining(name, attempt);
    this.connectionHost.findNamespace(name, attempt, (nsp) => attempt.onNamespace(nsp));
  }

  private leaveEngine(): void {
    this.direct?.setSink(null);
    if (this.engineListeners === null) return;
    this.conn.removeListener("data", this.engineListeners.data);
    this.conn.removeListener("close", this.engineListeners.close);
  }

  // Compatibility: names reached from outside. Views of the real owner, no state here.

  get server(): unknown {
    return this.connectionHost;
  }

  /** Sockets by the name of their namespace. */
  get nsps(): Map<string, PublicClasses<ListenEvents, EmitEvents, ServerSideEvents, SocketData>["socket"]> {
    return this.memberSockets.asMap() as never;
  }

  /** Sockets by their id. */
  get sockets(): Map<string, PublicClasses<ListenEvents, EmitEvents, ServerSideEvents, SocketData>["socket"]> {
    return new Map(this.memberSockets.values().map((member) => [member.id, member])) as never;
  }

  ondata(data: string | Buffer): void {
    this.onMessage(data);
  }

  _packet(packet: Packet | unknown[], options: WriteOptions = {}): void {
    if (!this.isOpen) return;
    if (options.preEncoded === true) this.writeToEngine(packet, options);
    else this.sendPacket(packet as Packet, options);
  }

  _disconnect(): void {
    this.disconnect();
  }
}

function deliver(client: Client, packet: Packet): void {
  client.onPacket(packet);
  nextRun();
}

function closeIfIdle(client: Client): void {
  if (client.isIdle) client.close();
}
