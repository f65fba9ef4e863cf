import { createRequire } from "node:module";
import type { Socket } from "@halyard/server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Fixture, heard } from "./support.js";

const require = createRequire(import.meta.url);

/** What the clients of all versions have in common. */
interface AnyClient {
  readonly id: string;
  readonly connected: boolean;
  readonly io: { readonly engine: { readonly transport: { readonly name: string }; close(): void } };
  on(event: string, listener: (...args: never[]) => void): unknown;
  once(event: never, listener: never): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  disconnect(): unknown;
}

const CLIENTS = ["socket.io-client", "socket.io-client-v4.0", "socket.io-client-v3", "socket.io-client-v2"] as const;
const TRANSPORTS = [["polling"], ["websocket"], ["polling", "websocket"]];
const CASES = CLIENTS.flatMap((name) => TRANSPORTS.map((transports) => ({ name, transports })));

describe.each(CASES)("$name by $transports", ({ name, transports }) => {
  const connect = require(name) as (url: string, options: object) => AnyClient;
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = await new Fixture({ allowEIO3: true }).listen();
  });
  afterEach(() => fixture.close());

  const client = (namespace = "", options: object = {}): AnyClient =>
    fixture.track(
      connect(fixture.url + namespace, {
        forceNew: true,
        transports,
        reconnectionDelay: 20,
        randomizationFactor: 0,
        ...options,
      }),
    );

  it("exchanges events, binary and acknowledgements", async () => {
    fixture.io.on("connection", (socket) => {
      socket.on("echo", (...args: unknown[]) => {
        const ack = args.pop() as (...args: unknown[]) => void;
        socket.emit("echo", ...args);
        ack(...args);
      });
    });
    const c = client();
    const echo = heard(c, "echo");
    const bytes = Buffer.from([0, 1, 2, 255]);
    const answer = await new Promise((resolve) =>
      c.emit("echo", 1, "é😀", { a: [bytes] }, (...args: unknown[]) => resolve(args)),
    );
    expect(answer).toEqual([1, "é😀", { a: [bytes] }]);
    expect(await echo).toEqual([1, "é😀", { a: [bytes] }]);
  });

  it("is asked for acknowledgements", async () => {
    const c = client();
    c.on("question", (x: number, ack: (x: number) => void) => ack(x + 1));
    const [socket] = (await heard(fixture.io, "connection")) as [Socket];
    expect(await socket.timeout(5000).emitWithAck("question", 1)).toBe(2);
    expect(await fixture.io.timeout(5000).emitWithAck("question", 5)).toEqual([6]);
  });

  it("joins namespaces and rooms", async () => {
    fixture.io.of("/admin").on("connection", (socket) => {
      void socket.join("room");
      fixture.io.of("/admin").to("room").emit("welcome", socket.nsp.name);
    });
    expect(await heard(client("/admin"), "welcome")).toEqual(["/admin"]);
  });

  it("is refused by a middleware", async () => {
    fixture.io.of("/admin").use((_socket, next) => next(Object.assign(new Error("no"), { data: { code: 7 } })));
    const c = client("/admin");
    // The v2 client hears `error` with the data of the error.
    const error = await (name === "socket.io-client-v2" ? heard(c, "error") : heard(c, "connect_error"));
    expect(error).toMatchObject(
      name === "socket.io-client-v2" ? [{ code: 7 }] : [{ message: "no", data: { code: 7 } }],
    );
    expect(fixture.io.of("/admin").sockets.size).toBe(0);
  });

  it("comes back", async () => {
    const c = client();
    const [first] = (await heard(fixture.io, "connection")) as [Socket];
    if (!c.connected) await heard(c, "connect");
    const again = heard(fixture.io, "connection");
    c.io.engine.close();
    const [second] = (await again) as [Socket];
    expect(second.id).not.toBe(first.id);
  });

  it("leaves", async () => {
    const c = client();
    const [socket] = (await heard(fixture.io, "connection")) as [Socket];
    if (!c.connected) await heard(c, "connect");
    const left = heard(socket, "disconnect");
    c.disconnect();
    expect((await left)[0]).toBe("client namespace disconnect");
  });
});
