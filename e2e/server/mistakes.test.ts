import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { io } from "@halyard/client";
import { Server } from "@halyard/server";
import { io as upstreamIo } from "socket.io-client";
import { afterEach, describe, expect, it } from "vitest";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function serve(options: object): Promise<{ server: Server; url: string }> {
  const http: HttpServer = createServer();
  const server = new Server(http, options);
  await new Promise<void>((resolve) => http.listen(0, resolve));
  closers.push(() => server.close());
  return { server, url: `http://localhost:${(http.address() as AddressInfo).port}` };
}

function connect(url: string, options: object = {}, connectTo = io): ReturnType<typeof io> {
  const client = connectTo(url, { forceNew: true, reconnection: false, ...options });
  closers.push(() => client.disconnect());
  return client;
}

const heard = (client: ReturnType<typeof io>, event: string): Promise<never> =>
  new Promise((resolve) => void client.once(event, resolve as () => void));

describe("options of other types than documented", () => {
  it.each([
    [
      "a port that is none",
      () => new Server("3000x" as never),
      RangeError,
      /port from 0 to 65535 is needed, got '3000x'$/,
    ],
    ["nothing to listen on", () => new Server().listen(undefined as never), RangeError, /got undefined$/],
    [
      "an object as adapter",
      () => new Server({ adapter: {} as never }),
      TypeError,
      /^the adapter option .*, got \{\}$/,
    ],
    ["the name of wsEngine", () => new Server(createServer(), { wsEngine: "ws" as never }), TypeError, /got 'ws'$/],
    [
      "a size with a unit",
      () => new Server(createServer(), { maxHttpBufferSize: "1mb" as never }),
      TypeError,
      /'1mb'$/,
    ],
    ["an infinite time", () => new Server(createServer(), { pingTimeout: Infinity }), TypeError, /got Infinity$/],
  ])("%s is refused with its value", (_title, make, type, message) => {
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });

  it.each([
    ["no limit of size", { maxHttpBufferSize: Infinity }],
    ["digits of environment variables", { maxHttpBufferSize: "1000000", pingInterval: "25000", pingTimeout: "20000" }],
    [
      "undefined",
      { maxHttpBufferSize: undefined, pingInterval: undefined, transports: undefined, upgradeTimeout: undefined },
    ],
  ])("%s: both clients connect, upgrade and send", async (_title, options) => {
    const { server, url } = await serve(options);
    server.on("connection", (socket) => socket.on("echo", (text, reply) => reply(text)));
    for (const connectTo of [io, upstreamIo as unknown as typeof io]) {
      const client = connect(url, {}, connectTo);
      await heard(client, "connect");
      await expect.poll(() => client.io.engine.transport.name).toBe("websocket");
      await expect(client.timeout(5000).emitWithAck("echo", "x".repeat(10_000))).resolves.toHaveLength(10_000);
    }
  });

  it("a name in the place of the list of transports of a client is the only one", async () => {
    const { url } = await serve({});
    const client = connect(url, { transports: "websocket" });
    await heard(client, "connect");
    expect(client.io.engine.transport.name).toBe("websocket");
  });

  it("namespaces have what they are called as a name", async () => {
    const { server } = await serve({});
    expect([5, undefined, null].map((name) => server.of(name as never).name)).toEqual(["/5", "/undefined", "/null"]);
  });
});

describe("what a client is told", () => {
  it("the text a middleware gave in the place of an error", async () => {
    const { server, url } = await serve({});
    server.use((_socket, next) => next("no token" as never));
    expect(await heard(connect(url), "connect_error")).toMatchObject({ message: "no token" });
  });

  it("why there is no response, where programs look for it", async () => {
    const error = await heard(connect("http://localhost:1"), "connect_error");
    expect(error).toMatchObject({ message: "xhr poll error", description: 0 });
    expect(error["context"]["responseText"]).toContain("ECONNREFUSED");
  });

  it("that circular data cannot be sent", async () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const client = connect((await serve({})).url);
    await heard(client, "connect");
    expect(() => client.emit("event", circular)).toThrow("512 levels exceeded, or circular");
  });
});
