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

  it("as a send callback does not keep those behind it, that left with it, from being called", async () => {
    const uncaught = collectUncaught();
    const running = await start();
    const poll = fetchRaw(running, `${POLLING}&sid=${await openPolling(running)}`);
    await until(() => only(running).transport.writable);
    const called: string[] = [];
    only(running).send("a", () => {
      throw new Error("callback");
    });
    only(running).send("b", () => called.push("b"));
    await poll;
    await until(() => uncaught.length > 0);
    expect([called, uncaught]).toEqual([["b"], ["callback"]]);
  });

  it("of `drain` does not keep a session that waited for it from closing", async () => {
    const uncaught = collectUncaught();
    const running = await start();
    const sid = await openPolling(running);
    const session = only(running);
    session.on("drain", () => {
      throw new Error("listener");
    });
    session.send("a");
    session.close();
    expect((await fetchRaw(running, `${POLLING}&sid=${sid}`)).body).toBe("4a");
    expect((await fetchRaw(running, `${POLLING}&sid=${sid}`)).body).toBe("6\x1e1");
    expect([session.readyState, uncaught]).toEqual(["closed", ["listener"]]);
  });

  it("of `close` of a transport does not keep its session", async () => {
    const uncaught = collectUncaught();
    const running = await start();
    const client = await openWebSocket(running);
    const reasons: string[] = [];
    only(running).on("close", (reason: string) => reasons.push(reason));
    only(running).transport.on("close", () => {
      throw new Error("listener");
    });
    client.socket.terminate();
    await until(() => uncaught.length > 0);
    expect([reasons, running.engine.clientsCount, uncaught]).toEqual([["transport close"], 0, ["listener"]]);
  });
});
