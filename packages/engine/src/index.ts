import * as parser from "engine.io-parser";

export { BaseServer } from "./base-server.js";
export { chooseEncoding } from "./core/accept-encoding.js";
export type { CloseReason } from "./core/close-reason.js";
export { BufferLimitError, EngineError, type ErrorCode, type ErrorContext, TransportError } from "./errors.js";
export { attach, listen } from "./listen.js";
export type { Middleware } from "./middleware.js";
export type { AttachOptions, ServerOptions } from "./options.js";
export type { EnginePacket as Packet, PacketOptions, PacketType, RawData } from "./packet.js";
export type { EngineRequest } from "./request.js";
export { isTooLate, noteRequest } from "./owed-replies.js";
export { onRejection } from "./rejection.js";
export { Server } from "./server.js";
export type { SendOptions, SessionSink } from "./session-host.js";
export { Socket } from "./socket.js";
export { transports } from "./transports/index.js";
export { throwLater } from "./throw-later.js";
export { MAX_TIMER_MS, visitEach } from "@halyard/websocket/core";
export { Transport, type TransportName } from "./transports/transport.js";
export { type uOptions, uServer } from "./uws/userver.js";
export { parser };

/** Revision of the Engine.IO protocol. */
export const protocol: number = parser.protocol;
