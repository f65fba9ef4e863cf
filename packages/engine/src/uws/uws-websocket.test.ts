import { describe, expect, it } from "vitest";
import type { EngineRequest } from "../request.js";
import type { UwsWebSocket } from "./uws-port.js";
import { UwsWebSocketTransport } from "./uws-websocket.js";

function transport(deflateThreshold = Infinity): {
  readonly it: UwsWebSocketTransport;
  readonly log: string[];
  readonly answers: { send: number };
} {
  const log: string[] = [];
  const answers = { send: 1 };
  const closed = (what: string): void => {
    log.push(what);
    made.onClose(); // as uWebSockets.js does, at once
  };
  const socket: UwsWebSocket = {
    getUserData: () => ({}),
    send: (data, _isBinary, compress) => {
      log.push(`${String(data).slice(0, 5)}${compress ? " compressed" : ""}`);
      return answers.send;
    },
    getBufferedAmount: () => 0,
    cork: (callback) => callback(),
    end: () => closed("end"),
    close: () => closed("close"),
  };
  const made = new UwsWebSocketTransport(socket, { _query: {} } as EngineRequest, 4, deflateThreshold);
  return { it: made, log, answers };
}

const message = (data: string) => ({ type: "message", data, options: { compress: true } }) as const;

describe("websocket of uWebSockets.js", () => {
  it("ends the connection behind what was sent", () => {
    const { it: one, log } = transport();
    one.send([message("a")]);
    one.release();
    expect(log).toEqual(["4a", "end"]);
  });

  it("cuts the connection of a peer that does not read", () => {
    const { it: one, log } = transport();
    one.condemn();
    one.release();
    expect(log).toEqual(["close"]);
  });

  it("cuts the connection that drops a message", () => {
    const { it: one, log, answers } = transport();
    one.on("error", () => one.release());
    answers.send = 2;
    one.send([message("a")]);
    expect([log, one.readyState]).toEqual([["4a", "close"], "closed"]);
  });

  it.each([
    ["nothing without compression", Infinity, ["4ab", "4abc"]],
    ["messages from the threshold on", 4, ["4ab", "4abc compressed"]],
  ])("compresses %s", (_title, threshold, expected) => {
    const { it: one, log } = transport(threshold);
    one.send([message("ab"), message("abc")]);
    expect(log).toEqual(expected);
  });
});
