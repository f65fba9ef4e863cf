// Programs put proxies of our objects, and objects that inherit from them, in their place.
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { WebSocket } from "../src/node/websocket.js";
import { listen } from "./listening.js";

describe.each([
  ["a proxy", <T extends object>(object: T): T => new Proxy(object, {})],
  [
    "an object that inherits from it",
    <T extends object>(object: T): T => Object.assign(Object.create(object) as T, { userId: 1 }),
  ],
])("%s in the place of a WebSocket", (_title, wrap) => {
  it("sends, hears, tells its state and closes", async () => {
    const { server, url } = await listen();
    const client = new WebSocket(url);
    const [peer] = (await once(server, "connection")) as [WebSocket];
    const wrapped = wrap(peer);
    const heard: unknown[] = [];
    wrapped.on("message", (data) => heard.push((data as Buffer).toString()));
    wrapped.addEventListener("message", ({ data, target }) => heard.push(data, target === peer));
    wrapped.onmessage = ({ type }) => heard.push(type);
    expect([wrapped.readyState, wrapped.bufferedAmount, wrapped.protocol, wrapped.isPaused]).toEqual([1, 0, "", false]);
    wrapped.send("to the client");
    wrapped.ping();
    if (client.readyState !== WebSocket.OPEN) await once(client, "open");
    client.send("x");
    await once(peer, "message");
    expect(heard).toEqual(["x", "x", true, "message"]);
    wrapped.close(4000, "bye");
    expect(await once(client, "close")).toEqual([4000, Buffer.from("bye")]);
    if (server.clients?.size !== 0) await once(peer, "close");
    expect([wrap(server).clients?.size, peer.readyState]).toEqual([0, WebSocket.CLOSED]);
  });
});

describe("a store that wraps all plain objects in it", () => {
  const isPlain = (value: unknown): value is object => Object.prototype.toString.call(value) === "[object Object]";
  function reactive<T extends object>(object: T): T {
    const get = (target: T, name: string | symbol, receiver: unknown): unknown => {
      const value: unknown = Reflect.get(target, name, receiver);
      return isPlain(value) ? reactive(value) : value;
    };
    return new Proxy(object, { get });
  }

  it("leaves a WebSocket as it is", async () => {
    const { server, url } = await listen();
    const store = reactive({ deep: { socket: new WebSocket(url) } });
    const [peer] = (await once(server, "connection")) as [WebSocket];
    if (store.deep.socket.readyState !== WebSocket.OPEN) await once(store.deep.socket, "open");
    store.deep.socket.send("from the store");
    const [data] = (await once(peer, "message")) as [Buffer];
    expect(data.toString()).toBe("from the store");
    store.deep.socket.close();
    await once(peer, "close");
  });
});
