import { describe, expect, it } from "vitest";
import {
  collectUncaught,
  dial,
  fetchRaw,
  latest,
  only,
  openPolling,
  openWebSocket,
  POLLING,
  start,
  until,
} from "./harness.js";

describe("a listener that throws, in a process that goes on", () => {
  it("does not keep other sessions from sending by polling", async () => {
    const uncaught = collectUncaught();
    const running = await start();
    await openPolling(running);
    const bad = only(running);
    const poll = fetchRaw(running, `${POLLING}&sid=${await openPolling(running)}`);
    void fetchRaw(running, `${POLLING}&sid=${bad.id}`);
    await until(() => running.sessions.every(({ transport }) => transport.writable));
    bad.once("flush", () => {
      throw new Error("listener");
    });
    bad.send("a");
    latest(running).send("b");
    expect((await poll).body).toBe("4b");
    expect(uncaught).toEqual(["listener"]);
  });

  it("does not keep the rest of a payload, and payloads pipelined behind it, from being delivered", async () => {
    const uncaught = collectUncaught();
    const running = await start();
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const heard: string[] = [];
    only(running).on("message", (data: string) => {
      heard.push(data);
      if (data === "a") throw new Error("listener");
    });
    const socket = await dial(running);
    const post = (body: string): string =>
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    socket.write(post("4a\x1e4b") + post("4c"));
    await until(() => socket.received().split("HTTP/1.1 200").length > 2 && uncaught.length > 0);
    expect([heard, uncaught]).toEqual([["a", "b", "c"], ["listener"]]);
  });

  it("does not keep send callbacks of others from being called", async () => {
    const uncaught = collectUncaught();
    const running = await start();
    await openWebSocket(running);
    await openWebSocket(running);
    const called: string[] = [];
    only(running).send("a", () => {
      throw new Error("callback");
    });
    only(running).send("b", () => called.push("b"));
    latest(running).send("c", () => called.push("c"));
    await until(() => called.length === 2);
    latest(running).send("d", () => called.push("d"));
    await until(() => called.length === 3);
    expect([called, uncaught]).toEqual([["b", "c", "d"], ["callback"]]);
  });
});
