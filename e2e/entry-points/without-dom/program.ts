import { io, type Socket } from "@halyard/client";
import { NodeXHR, Socket as EngineSocket } from "@halyard/client/engine";
import { io as websocketOnly } from "@halyard/client/websocket";

export const socket: Socket = io("http://localhost", { transports: [NodeXHR] });
export const sessions: unknown[] = [EngineSocket, websocketOnly];
