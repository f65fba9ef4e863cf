// A program for browsers, in a project that has no types of Node.
import { io, Manager, type Socket } from "@halyard/client";
import { Socket as EngineSocket } from "@halyard/client/engine";

const socket: Socket = io("http://x", { transports: ["websocket"] });
socket.on("text", (text: string) => text.trim());
export const manager: Manager = new Manager("http://x", { autoConnect: false });
export const engine: EngineSocket = new EngineSocket("ws://x");
