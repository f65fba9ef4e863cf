import { describe, expect, it } from "vitest";
import type { EngineRequest } from "../request.js";
import { UwsExchange } from "./uws-exchange.js";
import type { UwsHttpResponse } from "./uws-port.js";

function exchange(method: string): {
  readonly it: UwsExchange;
  readonly log: string[];
  readonly data: (text: string, isLast: boolean) => void;
  readonly abort: () => void;
} {
  const log: string[] = [];
  let onData: (chunk: ArrayBuffer, isLast: boolean) => void = () => {};
  let abort = (): void => {};
  const response = {
    writeStatus: (status: string) => log.push(status),
    writeHeader: (name: string, value: string) => log.push(`${name}: ${value}`),
    write: (chunk: Uint8Array) => log.push(`write ${String(chunk)}`) > 0,
    end: (body: string, close: boolean) => log.push(`end ${body}${close ? " and close" : ""}`),
    close: () => log.push("close"),
    cork: (callback: () => void) => callback(),
    onAborted: (callback: () => void) => (abort = callback),
    onData: (callback: typeof onData) => (onData = callback),
  } as unknown as UwsHttpResponse;
  return {
    it: new UwsExchange({ method, headers: {} } as EngineRequest, response, 5),
    log,
    data: (text, isLast) => onData(new TextEncoder().encode(text).buffer, isLast),
    abort: () => abort(),
  };
}

function bodySink(log: string[]): Parameters<UwsExchange["receive"]>[1] {
  return {
    onBody: (_exchange, body) => log.push(`body ${body.toString()}`),
    onBodyTooLarge: () => log.push("too large"),
  };
}

describe("exchange over uWebSockets.js", () => {
  it("replies once, without a length of its own", () => {
    const { it: one, log } = exchange("GET");
    one.others = { foo: "bar" };
    one.reply(200, { "Content-Type": "text/plain", "Content-Length": "2" }, "ok");
    one.reply(400, {}, "");
    expect(log).toEqual(["200 OK", "foo: bar", "Content-Type: text/plain", "end ok"]);
    expect(one.isDone).toBe(true);
  });

  it.each([
    [
      "that is complete",
      [
        ["ab", false],
        ["cd", true],
      ],
      ["body abcd"],
    ],
    ["of exactly the limit", [["abcde", true]], ["body abcde"]],
    [
      "of one byte more",
      [
        ["abc", false],
        ["def", false],
      ],
      ["too large"],
    ],
  ] as const)("collects a body %s", (_title, chunks, expected) => {
    const { it: one, log, data } = exchange("POST");
    one.receive(5, bodySink(log));
    for (const [text, isLast] of chunks) data(text, isLast);
    expect(log).toEqual(expected);
  });

  it("keeps a body that comes before somebody wants it", () => {
    const { it: one, log, data } = exchange("POST");
    data("abc", true);
    one.receive(5, bodySink(log));
    expect(log).toEqual(["body abc"]);
  });

  it("tells of an abort, and is silent after it", () => {
    const { it: one, log, abort } = exchange("GET");
    one.setSink({ onReplied: () => log.push("replied"), onAborted: () => log.push("aborted") });
    abort();
    one.reply(200, {}, "ok");
    one.destroy();
    expect(log).toEqual(["aborted"]);
  });

  it("refuses by closing the connection", () => {
    const { it: one, log } = exchange("POST");
    one.refuse(413, {});
    expect(log).toEqual(["413 Payload Too Large", "end  and close"]);
  });
});
