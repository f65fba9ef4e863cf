import { describe, it } from "vitest";
import type { RawData } from "./event-target.js";
import type { WebSocket } from "./websocket.js";

describe("send of a program written against the types of ws", () => {
  it("takes what a message listener was given", () => {
    const echo = (socket: WebSocket, data: RawData): void => socket.send(data);
    void echo;
  });

  it("takes what turns into bytes or text", () => {
    const send = (socket: WebSocket): void => {
      socket.send([1, 2, 3]);
      socket.send({ valueOf: () => new Uint8Array(2) });
      socket.send({ [Symbol.toPrimitive]: () => "text" });
    };
    void send;
  });

  it("refuses what does not", () => {
    // @ts-expect-error a plain object has no bytes
    const send = (socket: WebSocket): void => socket.send({ some: "object" });
    void send;
  });
});
