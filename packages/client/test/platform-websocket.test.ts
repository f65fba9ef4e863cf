import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket as NodeClient, WebSocketServer } from "@halyard/websocket";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NodeWebSocket, NodeXHR, Socket, WebSocket, type SocketOptions } from "../src/engine/index.js";

const OPEN = JSON.stringify({ sid: "abc", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000 });

describe("WebSocket transports", () => {
  const http = createServer();
  let sockets: WebSocketServer;
  let uri: string;
  let protocols: string[];

  beforeEach(async () => {
    protocols = [];
    sockets = new WebSocketServer({ server: http });
    sockets.on("connection", (ws, request) => {
      protocols.push(request.headers["sec-websocket-protocol"] ?? "");
      ws.send(`0${OPEN}`);
      ws.on("message", (data: Buffer, isBinary: boolean) => ws.send(data, { binary: isBinary }));
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    uri = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    vi.unstubAllGlobals();
    for (const ws of sockets.clients) ws.terminate();
    sockets.close();
    http.closeAllConnections();
    http.close();
    await once(http, "close");
  });

  const opened = async (options: SocketOptions): Promise<Socket> => {
    const socket = new Socket(uri, options);
    await new Promise<void>((resolve) => socket.on("open", resolve));
    return socket;
  };

  it.each([WebSocket, NodeWebSocket])("an empty protocol is none: %o", async (transport) => {
    vi.stubGlobal("WebSocket", NodeClient);
    (await opened({ transports: [transport], protocols: "" })).close();
    expect(protocols).toEqual([""]);
  });

  it("a subclass for Node sees what the handshake is made with, and may change it", async () => {
    const headers: unknown[] = [];
    sockets.on("headers", (_headers, request) => headers.push(request.headers["x-a"], request.headers["x-b"]));
    const seen: Record<string, unknown>[] = [];
    class Custom extends NodeWebSocket {
      override createSocket(
        ...args: Parameters<NodeWebSocket["createSocket"]>
      ): ReturnType<NodeWebSocket["createSocket"]> {
        const [uri, protocols, options] = args;
        seen.push({ ...options });
        return super.createSocket(uri, protocols, { ...options, headers: { ...options.headers, "x-b": "2" } });
      }
    }
    const extraHeaders = { "x-a": "1" };
    const socket = await opened({ transports: [Custom], extraHeaders, localAddress: "127.0.0.1", ca: "none" });
    expect(seen).toMatchObject([{ headers: extraHeaders, localAddress: "127.0.0.1", ca: "none", agent: false }]);
    expect(headers).toEqual(["1", "2"]);
    expect(extraHeaders).toEqual({ "x-a": "1" });
    socket.close();
  });

  it("the platform's class is called with uri and protocols only", async () => {
    const calls: unknown[][] = [];
    vi.stubGlobal(
      "WebSocket",
      class extends NodeClient {
        constructor(...args: [string, string[]?]) {
          super(...args);
          calls.push(args);
        }
      },
    );
    const socket = await opened({ transports: [WebSocket], protocols: ["a", "b"], extraHeaders: { x: "y" } });
    expect(calls).toEqual([[expect.stringContaining("ws://127.0.0.1:"), ["a", "b"]]]);
    socket.send(new Uint8Array([1, 2]));
    expect(await new Promise((resolve) => socket.on("data", resolve))).toEqual(Buffer.from([1, 2]));
    expect(protocols).toEqual(["a,b"]);
    socket.close();
  });

  it("React Native's class takes headers", () => {
    const calls: unknown[][] = [];
    vi.stubGlobal("navigator", { product: "ReactNative" });
    vi.stubGlobal(
      "WebSocket",
      class {
        constructor(...args: unknown[]) {
          calls.push(args);
        }
        close(): void {}
      },
    );
    new Socket(uri, { transports: [WebSocket], extraHeaders: { x: "y" } }).close();
    expect(calls[0]?.slice(1)).toEqual([undefined, { headers: { x: "y" } }]);
  });

  it("a constructor that throws is a transport error after the session listens", async () => {
    vi.stubGlobal("WebSocket", function Broken() {
      throw new SyntaxError("no");
    });
    const socket = new Socket(uri, { transports: [WebSocket] });
    const error = await new Promise((resolve) => socket.on("error", resolve));
    expect(error).toMatchObject({ message: "websocket error", description: new SyntaxError("no") });
  });

  it.each([
    ["NodeWebSocket", NodeWebSocket],
    ["NodeXHR", NodeXHR],
  ])("%s can be closed while it connects", async (_title, ctor) => {
    const socket = new Socket(uri, { transports: [ctor] });
    const reasons: unknown[] = [];
    socket.on("error", (error) => reasons.push(error));
    socket.on("close", (reason) => reasons.push(reason));
    socket.close();
    socket.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(reasons).toEqual(["forced close"]);
    expect(socket.readyState).toBe("closed");
  });

  it("going offline closes the session, unless the server is this machine", async () => {
    const listeners = new Map<string, () => void>();
    vi.stubGlobal("addEventListener", (event: string, listener: () => void) => listeners.set(event, listener));
    vi.stubGlobal("removeEventListener", (event: string) => listeners.delete(event));
    const socket = await opened({ transports: ["websocket"] });
    const closed = new Promise((resolve) => socket.on("close", (...args) => resolve(args)));
    listeners.get("offline")?.();
    expect(await closed).toEqual(["transport close", { description: "network connection lost" }]);
    expect(listeners.size).toBe(0);
    const local = new Socket(uri.replace("127.0.0.1", "localhost"), { transports: ["websocket"] });
    expect(listeners.size).toBe(0);
    local.on("error", () => {});
    local.close();
  });

  it("a session that never begins leaves no listener on the page", () => {
    const added = vi.fn();
    vi.stubGlobal("addEventListener", added);
    new Socket(uri, { transports: [] }).on("error", () => {});
    expect(() => new Socket(uri, { transports: ["carrier pigeon"] })).toThrow("carrier pigeon");
    expect(added).not.toHaveBeenCalled();
  });

  it("closeOnBeforeunload closes without an event", async () => {
    const listeners = new Map<string, () => void>();
    vi.stubGlobal("addEventListener", (event: string, listener: () => void) => listeners.set(event, listener));
    vi.stubGlobal("removeEventListener", (event: string) => listeners.delete(event));
    const socket = await opened({ transports: ["websocket"], closeOnBeforeunload: true });
    let isHeard = false;
    socket.on("close", () => (isHeard = true));
    listeners.get("beforeunload")?.();
    expect(socket.transport.readyState).toBe("closed");
    expect(isHeard).toBe(false);
    socket.write("ignored");
    socket.close();
  });
});
