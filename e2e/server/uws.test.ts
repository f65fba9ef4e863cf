import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { Server, type Socket } from "@halyard/server";
import { io as connect, type Socket as ClientSocket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { makeCertificates } from "../websocket/certificates.js";
import { heard } from "./support.js";

/** What is used of the module, which is a republication of uWebSockets.js with the same binaries. */
interface Uws {
  readonly App: () => App;
  readonly SSLApp: (options: { key_file_name: string; cert_file_name: string }) => App;
  readonly us_socket_local_port: (listening: unknown) => number;
  readonly us_listen_socket_close: (listening: unknown) => void;
}

type App = Parameters<Server["attachApp"]>[0] & {
  any(pattern: string, handler: (response: { end(body: string): void }) => void): App;
  listen(host: string, port: number, listening: (socket: unknown) => void): App;
};

function load(): Uws | null {
  try {
    return createRequire(import.meta.url)("@uwsjs/core") as Uws;
  } catch (error) {
    console.log(`SKIP: uWebSockets.js has no binary for this platform (${(error as Error).message.split("\n")[0]})`);
    return null;
  }
}

const uws = load();

describe.skipIf(uws === null)("a server on uWebSockets.js", () => {
  const { App, SSLApp, us_socket_local_port: portOf, us_listen_socket_close: stopListening } = uws ?? ({} as Uws);
  let io: Server;
  let listening: unknown;
  let clients: ClientSocket[];

  beforeEach(async () => {
    clients = [];
    io = new Server();
    const app = App();
    io.attachApp(app);
    app.any("/*", (response) => response.end("application"));
    listening = await new Promise((resolve) => app.listen("127.0.0.1", 0, resolve));
  });
  afterEach(async () => {
    for (const client of clients) client.disconnect();
    await io.close();
    stopListening(listening);
  });

  const url = (): string => `http://127.0.0.1:${portOf(listening)}`;
  const client = (transports: string[], namespace = ""): ClientSocket => {
    const made = connect(url() + namespace, { transports, forceNew: true, reconnection: false });
    clients.push(made);
    return made;
  };
  const pair = async (transports: string[]): Promise<[ClientSocket, Socket]> => {
    const made = client(transports);
    const [[socket]] = await Promise.all([heard(io, "connection"), heard(made, "connect")]);
    return [made, socket as Socket];
  };

  describe.each([[["polling"]], [["websocket"]], [["polling", "websocket"]]])("by %s", (transports) => {
    it("exchanges events, binary and acknowledgements", async () => {
      const [made, socket] = await pair(transports);
      socket.on("echo", (...args: unknown[]) => {
        const ack = args.pop() as (...values: unknown[]) => void;
        socket.emit("echo", ...args);
        ack(...args);
      });
      const echo = heard(made, "echo");
      const sent = [1, "é😀".repeat(1000), { a: [Buffer.from([0, 255])] }];
      expect(await new Promise((resolve) => made.emit("echo", ...sent, (...args: unknown[]) => resolve(args)))).toEqual(
        sent,
      );
      expect(await echo).toEqual(sent);
    });

    it("broadcasts to rooms, in order with what is emitted directly", async () => {
      const pairs = [await pair(transports), await pair(transports)];
      const got: unknown[][] = pairs.map(() => []);
      for (const [i, [made, socket]] of pairs.entries()) {
        made.onAny((...event: unknown[]) => got[i]?.push(event));
        void socket.join("r");
      }
      const [first, second] = pairs.map(([, socket]) => socket) as [Socket, Socket];
      for (let i = 0; i < 20; i++) {
        io.to("r").emit("room", i, "é");
        first.emit("direct", i);
        second.to("r").emit("others", i);
      }
      io.to("r").emit("bytes", Buffer.from([1]));
      for (const [made] of pairs) made.on("done", (ack: () => void) => ack());
      await io.to("r").timeout(5000).emitWithAck("done");
      const each = (event: (i: number) => unknown[]): unknown[] =>
        Array.from({ length: 20 }, (_, i) => event(i)).flat();
      const strip = (events: unknown[] | undefined): unknown[] | undefined => events?.slice(0, -1);
      expect(strip(got[0])).toEqual([
        ...each((i) => [
          ["room", i, "é"],
          ["direct", i],
          ["others", i],
        ]),
        ["bytes", Buffer.from([1])],
      ]);
      expect(strip(got[1])).toEqual([...each((i) => [["room", i, "é"]]), ["bytes", Buffer.from([1])]]);
    });

    it("tells why a client left", async () => {
      const [made, socket] = await pair(transports);
      const left = heard(socket, "disconnect");
      made.disconnect();
      expect((await left)[0]).toBe("client namespace disconnect");
    });

    it("ends its clients", async () => {
      const [made] = await pair(transports);
      const left = heard(made, "disconnect");
      io.disconnectSockets();
      expect((await left)[0]).toBe("io server disconnect");
    });
  });

  it("upgrades, and refuses an unknown namespace", async () => {
    const [made] = await pair(["polling", "websocket"]);
    if (made.io.engine.transport.name !== "websocket") await heard(made.io.engine, "upgrade");
    expect(made.io.engine.transport.name).toBe("websocket");
    expect(await heard(client(["websocket"], "/none"), "connect_error")).toMatchObject([
      { message: "Invalid namespace" },
    ]);
  });

  it("compresses replies of long-polling", async () => {
    const path = `${url()}/socket.io/?EIO=4&transport=polling`;
    io.on("connection", (socket) => socket.emit("long", "x".repeat(5000)));
    const handshake = await (await fetch(path)).text();
    const session = `${path}&sid=${/"sid":"([^"]+)/.exec(handshake)?.[1]}`;
    await (await fetch(session, { method: "POST", body: "40" })).text();
    for (let text = ""; !text.includes("xxx");) {
      const reply = await fetch(session, { headers: { "Accept-Encoding": "gzip" } });
      text = await reply.text();
      if (text.length > 1024) expect(reply.headers.get("content-encoding")).toBe("gzip");
    }
  });

  it("lets middlewares see the end of each response, and delay it", async () => {
    const told: string[] = [];
    io.engine.use((request: { url?: string | undefined }, response: ServerResponse, next: () => void) => {
      const what = /transport=(\w+)/.exec(request.url ?? "")?.[1];
      for (const event of ["finish", "close"]) response.on(event, () => told.push(`${what} ${event}`));
      const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
      response.end = ((...args: unknown[]) => {
        setTimeout(() => {
          told.push(`${what} let`);
          end(...args);
        }, 10);
        return response;
      }) as ServerResponse["end"];
      next();
    });
    const path = `${url()}/socket.io/?EIO=4&transport=`;
    expect(await (await fetch(`${path}polling`)).text()).toContain('"sid"');
    expect(told).toEqual(["polling let", "polling finish", "polling close"]);
    const [made] = await pair(["websocket"]);
    made.disconnect();
    await vi.waitFor(() => expect(told.slice(3)).toEqual(["websocket close"]));
  });

  it("leaves a response that a middleware has begun to it", async () => {
    io.engine.use((_request: unknown, response: ServerResponse, next: () => void) => {
      response.writeHead(202);
      response.write("te");
      next();
      setTimeout(() => response.end("a"), 10);
    });
    const reply = await fetch(`${url()}/socket.io/?EIO=4&transport=polling`);
    expect([reply.status, await reply.text(), io.engine.clientsCount]).toEqual([202, "tea", 0]);
    expect(await heard(client(["websocket"]), "connect_error")).toBeDefined();
    expect(io.engine.clientsCount).toBe(0);
  });

  it("serves the bundles, and leaves the rest to the application", async () => {
    const bundle = await fetch(`${url()}/socket.io/socket.io.min.js`);
    expect([bundle.status, bundle.headers.get("content-type")]).toEqual([200, "application/javascript; charset=utf-8"]);
    expect(await bundle.text()).toContain("socket.io");
    const again = await fetch(bundle.url, { headers: { "if-none-match": bundle.headers.get("etag") as string } });
    expect(again.status).toBe(304);
    expect(await (await fetch(`${url()}/other`)).text()).toBe("application");
  });

  it.each([["polling"], ["websocket"]])("knows that a connection is encrypted, by %s", async (transport) => {
    const [, plain] = await pair([transport]);
    expect(plain.handshake.secure).toBe(false);
    const { ca, cert, key } = makeCertificates();
    const folder = mkdtempSync(path.join(tmpdir(), "halyard-uws-"));
    const file = (name: string, content: string): string => {
      writeFileSync(path.join(folder, name), content);
      return path.join(folder, name);
    };
    const app = SSLApp({ key_file_name: file("key.pem", key), cert_file_name: file("cert.pem", cert) });
    const encrypted = new Server();
    encrypted.attachApp(app);
    const port = await new Promise((resolve) => app.listen("127.0.0.1", 0, resolve));
    const made = connect(`https://127.0.0.1:${portOf(port)}`, { transports: [transport], forceNew: true, ca });
    onTestFinished(async () => {
      made.disconnect();
      await encrypted.close();
      stopListening(port);
      rmSync(folder, { recursive: true });
    });
    const [socket] = (await heard(encrypted, "connection")) as [Socket];
    expect(socket.handshake.secure).toBe(true);
  });
});
