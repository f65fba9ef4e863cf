import { STATUS_CODES, type OutgoingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import { refusalResponse, type Refusal } from "../core/handshake.js";

/** Answers an upgrade request with a refusal and ends the socket, whatever the client does about it. */
export function endWith(socket: Duplex, refusal: Omit<Refusal, "tag">): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.once("finish", () => socket.destroy());
  socket.end(refusalResponse(refusal, STATUS_CODES[refusal.status] ?? ""));
}

/** The same with what an application says; 500 when its headers cannot be sent. @param message default: the status in words */
export function refuse(socket: Duplex, status: number, message?: string, headers: OutgoingHttpHeaders = {}): void {
  const text: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) text[name] = Array.isArray(value) ? value.join(", ") : String(value);
  }
  try {
    endWith(socket, { status, message: message || (STATUS_CODES[status] ?? ""), headers: text });
  } catch {
    endWith(socket, { status: 500, message: STATUS_CODES[500] ?? "", headers: {} });
  }
}
