// React Native: neither a browser nor Node. The bundle runs in a context that has the globals of the language and, besides, only
// what is named here: no XMLHttpRequest, document, location, addEventListener, atob, Blob, Buffer, process, URL.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { createContext, runInContext } from "node:vm";
import { describe, expect, it, onTestFinished } from "vitest";
import { Server } from "@halyard/server";
import type { io as Io } from "@halyard/client";
import { WebSocket as NodeWebSocket } from "ws";
import { pause, until } from "./support.js";

const bundle = readFileSync(createRequire(import.meta.url).resolve("@halyard/client/dist/socket.io.min.js"), "utf8");

/** As that of React Native: no sub-protocols are null, and a third argument has headers. */
class NativeWebSocket extends NodeWebSocket {
  constructor(
    uri: string,
    protocols: string | string[] | null | undefined,
    options?: { headers?: Record<string, string> },
  ) {
    super(uri, protocols ?? [], { ...options });
  }
}

function start(): typeof Io {
  const context = createContext({
    ArrayBuffer, // of this realm, where the messages are made
    setTimeout,
    clearTimeout,
    queueMicrotask,
    navigator: { product: "ReactNative" },
    WebSocket: NativeWebSocket,
  }) as { io: typeof Io };
  // There is a `window`, with nothing of a window.
  runInContext("var window = globalThis, self = globalThis;", context);
  runInContext(bundle, context);
  return context.io;
}

async function listen(): Promise<{ server: Server; requests: IncomingMessage[]; uri: string }> {
  const http = createServer();
  const server = new Server(http);
  const requests: IncomingMessage[] = [];
  server.on("connection", (socket) => {
    requests.push(socket.request);
    socket.on("echo", (...args: unknown[]) => (args.pop() as (...answer: unknown[]) => void)(...args));
  });
  await once(http.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => server.close());
  return { server, requests, uri: `http://127.0.0.1:${(http.address() as AddressInfo).port}` };
}

describe("React Native, by WebSocket", () => {
  it("connects with headers, sends and receives text and binary, and comes back", async () => {
    const { server, requests, uri } = await listen();
    const io = start();
    const socket = io(uri, {
      transports: ["websocket"],
      extraHeaders: { "x-token": "abc" },
      closeOnBeforeunload: true,
      reconnectionDelay: 20,
    });
    onTestFinished(() => void socket.disconnect());
    const reasons: string[] = [];
    socket.on("disconnect", (reason) => reasons.push(reason));
    const ask = (...args: unknown[]): Promise<unknown[]> =>
      new Promise((resolve) => socket.emit("echo", ...args, (...answer: unknown[]) => resolve(answer)));
    const [text, view, buffer] = await ask("é€😀", Uint8Array.of(1, 2), Uint8Array.of(3).buffer);
    expect(text).toBe("é€😀");
    expect([view, buffer].map((data) => Array.from(new Uint8Array(data as ArrayBuffer)))).toEqual([[1, 2], [3]]);
    server.sockets.sockets.forEach(({ conn }) => conn.close());
    await until(() => reasons.length === 1);
    socket.emit("echo", "while away", () => {});
    expect(await ask("back")).toEqual(["back"]);
    expect(reasons).toEqual(["transport close"]);
    expect(requests.map(({ headers }) => headers["x-token"])).toEqual(["abc", "abc"]);
  });

  it("without a server reports an error, and tries again", async () => {
    const socket = start()("http://127.0.0.1:1", { transports: ["websocket"], reconnectionDelay: 5 });
    onTestFinished(() => void socket.disconnect());
    const errors: string[] = [];
    socket.on("connect_error", ({ message }) => errors.push(message));
    await until(() => errors.length > 1);
    expect(new Set(errors)).toEqual(new Set(["websocket error"]));
  });

  it("polling without XMLHttpRequest is an error, no exception; tryAllTransports goes on", async () => {
    const { uri } = await listen();
    const io = start();
    const polling = io(uri, { forceNew: true, transports: ["polling"], reconnection: false });
    const [error] = (await once(polling as never, "connect_error")) as [Error];
    expect(error.message).toBe("xhr poll error");
    const socket = io(uri, { forceNew: true, transports: ["polling", "websocket"], tryAllTransports: true });
    onTestFinished(() => void socket.disconnect());
    await until(() => socket.connected);
    expect(socket.io.engine.transport.name).toBe("websocket");
  });

  it("is not woken by events it does not have", async () => {
    const { server, uri } = await listen();
    const socket = start()(uri, { transports: ["websocket"], reconnectionDelay: 30 });
    onTestFinished(() => void socket.disconnect());
    await until(() => socket.connected);
    server.sockets.sockets.forEach(({ conn }) => conn.close());
    await until(() => !socket.connected);
    await pause(5);
    expect(socket.active).toBe(true);
    await until(() => socket.connected);
  });
});

it.each(["@halyard/client", "@halyard/client/engine", "@halyard/client/websocket", "@halyard/client/debug"])(
  "React Native loads the build for browsers as %s",
  (name) => {
    const script = `console.log(import.meta.resolve(${JSON.stringify(name)}))`;
    const { stdout } = spawnSync(process.execPath, ["--conditions=react-native", "--input-type=module", "-e", script], {
      cwd: import.meta.dirname,
      encoding: "utf8",
    });
    expect(stdout).toContain("/dist/browser/");
  },
);
