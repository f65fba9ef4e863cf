import type { AttemptNamespace } from "./connect-attempt.js";
import type { Packet } from "./core/packet.js";
import type { DisconnectReason } from "./disconnect.js";
import type { Auth } from "./handshake.js";
import type { ServerLimits } from "./limits.js";

/** For whom a namespace is looked up. */
export interface NamespaceAsker {
  /** Made when it is asked for. */
  readonly auth: Auth;
}

/** What a connection asks of the server. */
export interface ConnectionHost {
  /** Encoder shared by all connections. */
  readonly encoder: { encode(packet: Packet): unknown[] };
  /** Makes the decoder of a custom parser; null with the default parser. */
  readonly createDecoder: (() => PacketDecoder) | null;
  readonly limits: ServerLimits;
  /** Time to join a first namespace. */
  readonly connectTimeoutMs: number;
  /** Looks a namespace up, or lets a dynamic one come into being; `found` may be called at once. */
  findNamespace(name: string, asker: NamespaceAsker, found: (nsp: AttemptNamespace | null) => void): void;
}

/** The decoder of a custom parser: section "Custom parser" of the Socket.IO documentation. */
export interface PacketDecoder {
  add(chunk: unknown): void;
  on(event: "decoded", listener: (packet: Packet) => void): unknown;
  destroy(): void;
}

/** What a connection asks of a socket. */
export interface Member {
  readonly id: string;
  /** Made when first read. */
  readonly handshake: unknown;
  onPacket(packet: Packet): void;
  onConnectionClosed(reason: DisconnectReason, description: unknown): void;
  onParserError(error: Error): void;
  disconnect(close?: boolean): unknown;
}
