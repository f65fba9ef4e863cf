// Our client with servers of long ago, next to socket.io-client with the same: the same things happen.
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { CLIENTS, Pair, PATHS, until, type Client, type ClientOptions } from "./support.js";

type ServerClass = ConstructorParameters<typeof Pair>[0];
const require = createRequire(import.meta.url); // their declarations cannot be imported
const serverOf = (name: string): ServerClass => (require(name) as { Server: ServerClass }).Server;
const SERVERS = { "socket.io 3.1": serverOf("socket.io-v3"), "socket.io 4.0": serverOf("socket.io-v4.0") };

const rows = Object.entries(SERVERS).flatMap(([serverName, Server]) =>
  Object.entries(CLIENTS).flatMap(([clientName, io]) =>
    Object.entries(PATHS).map(([pathName, path]) => ({ serverName, clientName, pathName, Server, io, path })),
  ),
);

describe.each(rows)("$clientName to $serverName, $pathName", ({ Server, io, path }) => {
  function pair(options = {}): Pair {
    const made = new Pair(Server, io, path, options);
    made.server.on("connection", (socket) => {
      socket.on("echo", (...args: unknown[]) => (args.pop() as (...answer: unknown[]) => void)(...args));
    });
    return made;
  }
  const ended = async (act: (pair: Pair, client: Client) => void, options: ClientOptions = {}): Promise<unknown> => {
    const here = pair();
    const client = await here.connected(options);
    await until(() => here.accepted.length === 1);
    const reason = new Promise((resolve) => client.once("disconnect", resolve));
    act(here, client);
    return [await reason, client.active];
  };

  it("text and binary go there and back, with an answer", async () => {
    const client = await pair().connected();
    const data = ["é€😀", { a: [null, Buffer.from([0, 255])] }, Buffer.alloc(2000, 7)];
    const answer = await new Promise((resolve) => client.emit("echo", ...data, (...args: unknown[]) => resolve(args)));
    expect(answer).toEqual(data);
  });

  it("namespaces share a connection; an unknown one is refused", async () => {
    const here = pair();
    here.server.of("/admin").on("connection", (socket) => socket.emit("welcome", socket.nsp.name));
    const client = await here.connected();
    const admin = client.io.socket("/admin", {});
    const welcome = new Promise((resolve) => admin.once("welcome", resolve));
    admin.connect();
    expect(await welcome).toBe("/admin");
    const stranger = client.io.socket("/unknown", {});
    const error = new Promise<Error>((resolve) => stranger.once("connect_error", resolve));
    stranger.connect();
    expect((await error).message).toBe("Invalid namespace");
    expect([client.connected, admin.connected, stranger.active]).toEqual([true, true, false]);
  });

  it("auth arrives, a middleware refuses with data", async () => {
    const here = pair();
    here.server.use((socket, next) => {
      const { token } = socket.handshake.auth as { token?: string };
      next(token === "good" ? undefined : Object.assign(new Error("no"), { data: { code: 7 } }));
    });
    const client = await here.client({ auth: { token: "bad" } });
    const error = new Promise<Error>((resolve) => client.once("connect_error", resolve));
    client.connect();
    expect(await error).toMatchObject({ message: "no", data: { code: 7 } });
    client.auth = { token: "good" };
    client.connect();
    await until(() => client.connected);
  });

  it("ends for the same reasons", async () => {
    expect(await ended((_here, client) => client.disconnect())).toEqual(["io client disconnect", false]);
    expect(await ended((here) => here.socket.disconnect())).toEqual(["io server disconnect", false]);
    expect(await ended((here) => here.socket.conn.close())).toEqual(["transport close", true]);
  });

  it("comes back, and what waited arrives once and in order", async () => {
    const here = pair();
    const received: unknown[] = [];
    here.server.on("connection", (socket) => socket.on("n", (n: unknown) => received.push(n)));
    const client = await here.connected();
    client.on("disconnect", () => {
      for (let n = 0; n < 20; n++) client.emit("n", n, n % 5 ? "" : Buffer.of(n));
    });
    client.io.engine.close();
    await until(() => here.accepted.length === 2 && received.length >= 20);
    await new Promise((resolve) => client.emit("echo", resolve));
    expect(received).toEqual(Array.from({ length: 20 }, (_unused, n) => n));
    expect(client.recovered).toBeFalsy();
  });

  it("is kept alive by its pings", async () => {
    const here = pair({ pingInterval: 50, pingTimeout: 3000 });
    const client = await here.connected();
    let pings = 0;
    client.io.on("ping", () => pings++);
    await until(() => pings > 2);
    expect(client.connected).toBe(true);
  });
});
