import { once } from "node:events";
import type { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { EngineRequest } from "../request.js";
import { UwsExchange } from "./uws-exchange.js";
import type { UwsHttpResponse } from "./uws-port.js";
import { UwsResponse } from "./uws-response.js";

const HTTP_1_1 = { httpVersionMajor: 1, httpVersionMinor: 1 };

function ignore(): void {}

function exchange(method: string): {
  readonly it: UwsExchange;
  readonly log: string[];
  readonly data: (text: string, isLast: boolean) => void;
  readonly abort: () => void;
} {
  const log: string[] = [];
  let onData: (chunk: ArrayBuffer, isLast: boolean) => void = () => {};
  let abort = (): void => {};
  let isOver = false;
  const touch = (what: string): number => {
    if (isOver) throw new Error("the response was taken back");
    return log.push(what);
  };
  const response = {
    writeStatus: (status: string) => touch(status),
    writeHeader: (name: string, value: string) => touch(`${name}: ${value}`),
    write: (chunk: Uint8Array) => touch(`write ${String(chunk)}`) > 0,
    end: (body: string, close: boolean) => {
      touch(`end ${body}${close ? " and close" : ""}`);
      isOver = true;
    },
    close: () => {
      touch("close");
      abort();
    },
    cork: (callback: () => void) => {
      touch("cork");
      callback();
    },
    onAborted: (callback: () => void) =>
      (abort = () => {
        isOver = true;
        callback();
      }),
    onData: (callback: typeof onData) => (onData = callback),
  } as unknown as UwsHttpResponse;
  return {
    it: new UwsExchange({ method, headers: {}, ...HTTP_1_1 } as EngineRequest, response, 5, () => log.push("gone")),
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
    one.reply(200, { "Content-Type": "text/plain", "Content-Length": "2" }, "ok");
    one.reply(400, {}, "");
    one.destroy();
    expect(log).toEqual(["cork", "200 OK", "Content-Type: text/plain", "end ok"]);
    expect([one.isDone, one.isConnected]).toEqual([true, false]);
  });

  it("replies through what middlewares hang in, when they let it", () => {
    const { it: one, log } = exchange("GET");
    const response = new UwsResponse(one.request, (...reply) => one.send(...reply), ignore);
    let letIt = ignore;
    const end = response.end.bind(response);
    response.end = (body: unknown) => {
      letIt = () => void end(body);
      return response;
    };
    one.through = response;
    response.setHeader("Foo", "bar");
    one.reply(200, { "Content-Type": "text/plain" }, "ok");
    one.reply(400, {}, "");
    expect(log).toEqual([]);
    letIt();
    expect(log).toEqual(["cork", "200 OK", "foo: bar", "content-type: text/plain", "end ok"]);
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
    expect(log).toEqual(["aborted", "gone"]);
  });

  it("refuses by closing the connection", () => {
    const { it: one, log } = exchange("POST");
    one.refuse(413, {});
    expect(log).toEqual(["cork", "413 Payload Too Large", "end  and close"]);
  });

  it("streams a reply, and leaves the response alone behind its end", async () => {
    const { it: one, log } = exchange("GET");
    one.setSink({ onReplied: () => log.push("replied"), onAborted: () => log.push("aborted") });
    const stream = one.replyStream(200, {});
    expect([one.isDone, one.isConnected]).toEqual([true, true]);
    stream.end("a");
    await once(stream, "close");
    one.destroy();
    expect(log).toEqual(["cork", "200 OK", "cork", "write a", "cork", "end ", "replied"]);
  });

  it.each([
    ["the stream fails", (stream: Writable) => stream.destroy(new Error("codec"))],
    ["it takes too long", (_stream: Writable, one: UwsExchange) => one.destroy()],
  ])("ends the connection of a reply under way when %s", async (_title, end) => {
    const { it: one, log } = exchange("GET");
    one.setSink({ onReplied: () => log.push("replied"), onAborted: () => log.push("aborted") });
    const stream = one.replyStream(200, {}).on("error", () => {});
    const closed = new Promise((resolve) => stream.on("close", resolve));
    end(stream, one);
    stream.destroy();
    await closed;
    expect(log).toEqual(["cork", "200 OK", "close", "replied", "aborted", "gone"]);
  });
});
