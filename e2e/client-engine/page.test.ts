// What a page, a mocked clock or a frozen one does to a session.
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Socket, type SocketOptions } from "@halyard/client/engine";
import { EchoServer, next } from "../support/engine-server.js";

let server: EchoServer;
let uri: string;

beforeEach(async () => {
  server = new EchoServer({ pingInterval: 10_000 });
  uri = await server.listen();
});
afterEach(() => server.close());

function open(options: SocketOptions = {}, address: string = uri): Socket {
  const socket = new Socket(address, { transports: ["websocket"], ...options });
  onTestFinished(() => void socket.close());
  return socket;
}

/** Node has no such events: a page of our own. */
function becomePage(): EventTarget {
  const page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  onTestFinished(() => void vi.unstubAllGlobals());
  return page;
}

describe("a page", () => {
  it("that goes offline ends the session", async () => {
    const page = becomePage();
    const socket = open();
    await next(socket, "open");
    const closed = next(socket, "close");
    page.dispatchEvent(new Event("offline"));
    expect(await closed).toEqual(["transport close", { description: "network connection lost" }]);
    page.dispatchEvent(new Event("offline"));
  });

  it("that goes offline keeps its session with localhost", async () => {
    const page = becomePage();
    const socket = open({}, uri.replace("127.0.0.1", "localhost"));
    await next(socket, "open");
    page.dispatchEvent(new Event("offline"));
    socket.send("here");
    expect(await next(socket, "message")).toEqual(["here"]);
  });

  it.each(["polling", "websocket"])("that unloads closes silently with closeOnBeforeunload, %s", async (transport) => {
    const page = becomePage();
    const socket = open({ transports: [transport], closeOnBeforeunload: true });
    await next(socket, "open");
    await vi.waitUntil(() => server.sessions.length > 0);
    const closed = next(server.sessions[0]!, "close");
    const heard: string[] = [];
    socket.on("close", (reason) => heard.push(reason));
    page.dispatchEvent(new Event("beforeunload"));
    await closed;
    expect(heard).toEqual([]);
  });

  it("that unloads may stay, by default", async () => {
    const page = becomePage();
    const socket = open();
    await next(socket, "open");
    page.dispatchEvent(new Event("beforeunload"));
    socket.send("here");
    expect(await next(socket, "message")).toEqual(["here"]);
  });
});

describe("a mocked clock", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());
  const impatient = (socket: Socket): void => {
    socket.on("handshake", (data) => void Object.assign(data, { pingInterval: 50, pingTimeout: 50 }));
  };

  it("decides over the heartbeat", async () => {
    const socket = open();
    impatient(socket);
    await next(socket, "open");
    const closed = next(socket, "close");
    vi.advanceTimersByTime(99);
    expect(socket.readyState).toBe("open");
    vi.advanceTimersByTime(1);
    expect(await closed).toEqual(["ping timeout", undefined]);
  });

  it("does not with useNativeTimers", async () => {
    const socket = open({ useNativeTimers: true });
    impatient(socket);
    expect(await next(socket, "close")).toEqual(["ping timeout", undefined]);
  });
});

it.each(["polling", "websocket"])("a clock that stood still is noticed by the next emit, %s", async (transport) => {
  const socket = open({ transports: [transport] });
  await next(socket, "open");
  const asleepMs = 60_000;
  vi.setSystemTime(Date.now() + asleepMs);
  onTestFinished(() => void vi.useRealTimers());
  const closed = next(socket, "close");
  expect(socket._hasPingExpired()).toBe(true);
  expect(await closed).toEqual(["ping timeout", undefined]);
});

it("a ping that waited while the clock stood still revives nothing", async () => {
  const socket = open();
  await next(socket, "open");
  await vi.waitUntil(() => server.sessions.length > 0);
  vi.setSystemTime(Date.now() + 60_000);
  onTestFinished(() => void vi.useRealTimers());
  const heard: string[] = [];
  socket.on("ping", () => heard.push("ping"));
  const closed = next(socket, "close");
  server.sessions[0]!.transport.send([{ type: "ping" } as never]);
  expect(await closed).toEqual(["ping timeout", undefined]);
  expect(heard).toEqual([]);
});
