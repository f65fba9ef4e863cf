import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { acceptKey } from "../src/core/handshake.js";
import { OpeningHandshake } from "../src/node/client-handshake.js";
import type { ClientHandshakeOwner, OpenedConnection } from "../src/node/client-port.js";
import type { ClientHandshakeOptions } from "../src/node/client-request.js";

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

interface Seen {
  readonly line: string;
  readonly headers: Record<string, string>;
}

/** A server that answers each request head with what `reply` says; null ends the connection, undefined says nothing. */
async function serve(
  reply: (seen: Seen, socket: Socket) => string | null | undefined,
  listen: number | string = 0,
): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return;
      const [line = "", ...lines] = text.slice(0, end).split("\r\n");
      text = text.slice(end + 4);
      const headers = Object.fromEntries(
        lines.map((one) => [one.slice(0, one.indexOf(":")).toLowerCase(), one.slice(one.indexOf(":") + 1).trim()]),
      );
      const answer = reply({ line, headers }, socket);
      if (answer === null) socket.destroy();
      else if (answer !== undefined) socket.write(answer, "latin1");
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) =>
    server.listen(listen, typeof listen === "number" ? "127.0.0.1" : undefined, resolve),
  );
  return typeof listen === "number" ? (server.address() as AddressInfo).port : 0;
}

function accept(seen: Seen, fields: Record<string, string | null> = {}): string {
  const all: Record<string, string | null> = {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Accept": acceptKey(seen.headers["sec-websocket-key"] ?? ""),
    ...fields,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`;
}

interface Outcome {
  readonly events: string[];
  readonly error: Error | null;
  readonly head: string;
  readonly opened: OpenedConnection | null;
}

/** Runs one handshake to its end. */
function connect(
  address: string,
  options: ClientHandshakeOptions = {},
  hooks: { subprotocols?: string[]; owner?: Partial<ClientHandshakeOwner>; use?: (one: OpeningHandshake) => void } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const events: string[] = [];
    const owner: ClientHandshakeOwner = {
      looksAfterRedirects: false,
      onRedirect: (url: string) => void events.push(`redirect ${url}`),
      onUpgradeResponse: () => void events.push("upgrade"),
      onUnexpectedResponse: () => false,
      onOpened: (opened) => {
        opened.socket.on("error", () => {});
        opened.socket.destroy();
        resolve({ events, error: null, head: opened.head.toString("latin1"), opened });
      },
      onFailed: (error: Error) => resolve({ events, error, head: "", opened: null }),
      ...hooks.owner,
    };
    const one = new OpeningHandshake(address, hooks.subprotocols ?? [], options, owner);
    one.start();
    hooks.use?.(one);
  });
}

describe("opening handshake of a client, RFC 6455 §4.1", () => {
  it("asks as the RFC says, with a fresh key each time", async () => {
    const seen: Seen[] = [];
    const port = await serve((one) => (seen.push(one), accept(one, { "Sec-WebSocket-Protocol": "b" })));
    const options = { headers: { "X-Mine": "1" }, origin: "http://me.example" };
    const { opened } = await connect(`ws://127.0.0.1:${port}/chat?x=1`, options, { subprotocols: ["a", "b"] });
    expect(opened).toMatchObject({ subprotocol: "b", extensions: "", compression: null });
    await connect(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
    expect(seen[0]).toMatchObject({
      line: "GET /chat?x=1 HTTP/1.1",
      headers: {
        host: `127.0.0.1:${port}`,
        upgrade: "websocket",
        connection: "Upgrade",
        origin: "http://me.example",
        "x-mine": "1",
        "sec-websocket-version": "13",
        "sec-websocket-protocol": "a,b",
        "sec-websocket-extensions": "permessage-deflate; client_max_window_bits",
        "sec-websocket-key": expect.stringMatching(/^[+/0-9A-Za-z]{22}==$/),
      },
    });
    expect(seen[1]?.headers["sec-websocket-key"]).not.toBe(seen[0]?.headers["sec-websocket-key"]);
    expect(seen[1]?.headers).not.toHaveProperty("sec-websocket-extensions");
  });

  it("hands over what comes in the same segment as the response", async () => {
    const port = await serve((seen) => `${accept(seen)}\x81\x02hi`);
    expect(await connect(`ws://127.0.0.1:${port}/`)).toMatchObject({
      events: ["upgrade"],
      error: null,
      head: "\x81\x02hi",
    });
  });

  it("agrees on permessage-deflate", async () => {
    const port = await serve((seen) =>
      accept(seen, { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits=9" }),
    );
    expect((await connect(`ws://127.0.0.1:${port}/`)).opened).toMatchObject({
      extensions: "permessage-deflate; client_max_window_bits=9",
      compression: { deflater: { thresholdBytes: 1024 } },
    });
  });

  it("sends the user and password of the URL or the options", async () => {
    const seen: Seen[] = [];
    const port = await serve((one) => (seen.push(one), accept(one)));
    await connect(`ws://me:p%40w@127.0.0.1:${port}/`);
    await connect(`ws://127.0.0.1:${port}/`, { auth: "you:pw" });
    expect(seen.map((one) => Buffer.from(one.headers["authorization"]?.slice(6) ?? "", "base64").toString())).toEqual([
      "me:p@w",
      "you:pw",
    ]);
  });

  it("connects to a Unix domain socket", async () => {
    const file = path.join(tmpdir(), `halyard-${process.pid}-${Date.now()}.sock`);
    let line = "";
    await serve((seen) => ((line = seen.line), accept(seen)), file);
    expect((await connect(`ws+unix:${file}:/chat?x`)).error).toBeNull();
    expect(line).toBe("GET /chat?x HTTP/1.1");
  });

  it.each<[string, (seen: Seen) => string | null, string | RegExp]>([
    [
      "a wrong accept value",
      (seen) => accept(seen, { "Sec-WebSocket-Accept": "x" }),
      "Invalid Sec-WebSocket-Accept header",
    ],
    ["no Upgrade", (seen) => accept(seen, { Upgrade: null }), "Unexpected server response: 101"],
    ["another Upgrade", (seen) => accept(seen, { Upgrade: "h2c" }), "Invalid Upgrade header"],
    ["no Connection", (seen) => accept(seen, { Connection: null }), "Unexpected server response: 101"],
    ["Connection: close", (seen) => accept(seen, { Connection: "close" }), "Unexpected server response: 101"],
    ["an uninvited subprotocol", (seen) => accept(seen, { "Sec-WebSocket-Protocol": "x" }), /none was requested$/],
    ["status 200", () => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "Unexpected server response: 200"],
    ["status 400", () => "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "Unexpected server response: 400"],
    [
      "a redirect",
      () => "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
      "Unexpected server response: 302",
    ],
    ["what is no HTTP", () => "no http at all\r\n\r\n", /Parse Error/],
    ["a connection that ends", () => null, /socket hang up|ECONNRESET/],
  ])("fails on %s", async (_title, reply, message) => {
    const port = await serve(reply);
    const { error } = await connect(`ws://127.0.0.1:${port}/`);
    expect(error?.message).toMatch(message);
  });

  it.each<[string, string, ClientHandshakeOptions, string[]]>([
    ["an address that is none", "x", {}, []],
    ["a subprotocol twice", "ws://a.example/", {}, ["a", "a"]],
    ["protocol version 12", "ws://a.example/", { protocolVersion: 12 }, []],
    ["window bits of 7", "ws://a.example/", { perMessageDeflate: { clientMaxWindowBits: 7 } }, []],
    ["a header with a line end", "ws://a.example/", { headers: { "X-A": "a\r\nb" } }, []],
  ])("throws at once for %s", (_title, address, options, subprotocols) => {
    const never = {} as ClientHandshakeOwner;
    expect(() => new OpeningHandshake(address, subprotocols, options, never).start()).toThrow();
  });

  it("speaks version 8, which names the origin differently", async () => {
    const seen: Seen[] = [];
    const port = await serve((one) => (seen.push(one), accept(one)));
    await connect(`ws://127.0.0.1:${port}/`, { protocolVersion: 8, origin: "http://me.example" });
    expect(seen[0]?.headers).toMatchObject({
      "sec-websocket-version": "8",
      "sec-websocket-origin": "http://me.example",
    });
    expect(seen[0]?.headers).not.toHaveProperty("origin");
  });

  it("gives up at the deadline, also when bytes go on trickling in", async () => {
    const port = await serve((_seen, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\n");
      const timer = setInterval(() => socket.write("X: y\r\n"), 10);
      socket.on("close", () => clearInterval(timer));
      return undefined;
    });
    const { error } = await connect(`ws://127.0.0.1:${port}/`, { handshakeTimeout: 100 });
    expect(error?.message).toBe("Opening handshake has timed out");
  });

  it("can be aborted before the connection, while waiting, and when the answer is there; it fails once", async () => {
    const port = await serve((seen) => accept(seen));
    const silent = await serve(() => undefined);
    const error = new Error("WebSocket was closed before the connection was established");
    const abort = (one: OpeningHandshake): void => {
      one.abort(error);
      one.abort(new Error("again"));
    };
    expect((await connect(`ws://127.0.0.1:${port}/`, {}, { use: abort })).error).toBe(error);
    const later = (one: OpeningHandshake): void => void setTimeout(() => abort(one), 30);
    expect((await connect(`ws://127.0.0.1:${silent}/`, {}, { use: later })).error).toBe(error);
    let one: OpeningHandshake | null = null;
    const owner = { onUpgradeResponse: () => void (one && abort(one)) };
    const use = (handshake: OpeningHandshake): void => void (one = handshake);
    expect((await connect(`ws://127.0.0.1:${port}/`, {}, { owner, use })).error).toBe(error);
  });

  it("lets the application read an unexpected response", async () => {
    const port = await serve(() => "HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\n\r\nwhy");
    const body = await new Promise((resolve) => {
      void connect(
        `ws://127.0.0.1:${port}/`,
        { handshakeTimeout: 5000 },
        {
          owner: {
            onUnexpectedResponse: (_request, response) => {
              response.setEncoding("utf8").on("data", resolve);
              return true;
            },
          },
        },
      );
    });
    expect(body).toBe("why");
  });
});

describe("redirects of a client", () => {
  const to = (location: string): string => `HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;
  const secrets: ClientHandshakeOptions = {
    followRedirects: true,
    headers: { Authorization: "Basic eDp5", Cookie: "a=b", "X-Token": "t" },
  };

  it("keep what was given for one origin on it", async () => {
    const seen: Seen[] = [];
    const port = await serve((one) => (seen.push(one), seen.length === 1 ? to("/next") : accept(one)));
    expect(await connect(`ws://127.0.0.1:${port}/`, secrets)).toMatchObject({
      error: null,
      events: [`redirect ws://127.0.0.1:${port}/next`, "upgrade"],
    });
    expect(seen[1]).toMatchObject({
      line: "GET /next HTTP/1.1",
      headers: { authorization: "Basic eDp5", cookie: "a=b", "x-token": "t" },
    });
    expect(seen[1]?.headers["sec-websocket-key"]).not.toBe(seen[0]?.headers["sec-websocket-key"]);
  });

  it("tell another origin nothing of it, nor the first one when they come back", async () => {
    const seen: Seen[] = [];
    const home = { port: 0 };
    const away = await serve((one) => (seen.push(one), to(`ws://127.0.0.1:${home.port}/back`)));
    home.port = await serve(
      (one) => (seen.push(one), one.line.includes("back") ? accept(one) : to(`http://127.0.0.1:${away}/`)),
    );
    const { error } = await connect(`ws://127.0.0.1:${home.port}/`, { ...secrets, auth: "u:p" });
    expect(error).toBeNull();
    expect(seen).toHaveLength(3);
    for (const { headers } of seen.slice(1)) {
      for (const name of ["authorization", "cookie", "x-token"]) expect(headers).not.toHaveProperty(name);
    }
  });

  it("leave it to a listener what another origin is told", async () => {
    const seen: Seen[] = [];
    const away = await serve((one) => (seen.push(one), accept(one)));
    const port = await serve(() => to(`ws://127.0.0.1:${away}/`));
    const requests: string[] = [];
    const owner: Partial<ClientHandshakeOwner> = {
      looksAfterRedirects: true,
      onRedirect: (url, request) => {
        requests.push(`${url} ${String(request.getHeader("X-Token"))}`);
        request.removeHeader("Cookie");
      },
    };
    expect((await connect(`ws://127.0.0.1:${port}/`, secrets, { owner })).error).toBeNull();
    expect(requests).toEqual([`ws://127.0.0.1:${away}/ t`]);
    expect(seen[0]?.headers).toMatchObject({ authorization: "Basic eDp5", "x-token": "t" });
    expect(seen[0]?.headers).not.toHaveProperty("cookie");
  });

  it("keep the user of the first address on its origin", async () => {
    const seen: Seen[] = [];
    const home = { port: 0 };
    home.port = await serve(
      (one) => (seen.push(one), seen.length === 1 ? to(`ws://baz:qux@127.0.0.1:${home.port}/x`) : accept(one)),
    );
    expect((await connect(`ws://foo:bar@127.0.0.1:${home.port}/`, secrets)).error).toBeNull();
    expect(seen[1]?.headers["authorization"]).toBe(seen[0]?.headers["authorization"]);
  });

  it("end at the limit, at what is no address, and when the application says so", async () => {
    const port = await serve(() => to("/again"));
    const round = await connect(`ws://127.0.0.1:${port}/`, { followRedirects: true, maxRedirects: 2 });
    expect(round.error?.message).toBe("Maximum redirects exceeded");
    expect(round.events).toHaveLength(2);
    const bad = await serve(() => to("ftp://x/"));
    expect((await connect(`ws://127.0.0.1:${bad}/`, secrets)).error).toBeInstanceOf(SyntaxError);
    let one: OpeningHandshake | null = null;
    const owner = { onRedirect: () => one?.abort(new Error("no")) };
    const use = (handshake: OpeningHandshake): void => void (one = handshake);
    expect((await connect(`ws://127.0.0.1:${port}/`, secrets, { owner, use })).error?.message).toBe("no");
  });

  it("do not reuse the first connection's request", async () => {
    const http = createHttpServer((_request, response) => response.writeHead(301, { location: "/x" }).end("moved"));
    servers.push(http);
    http.on("upgrade", (_request, socket: Socket) => socket.end(to("/x")));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const { port } = http.address() as AddressInfo;
    const { error } = await connect(`ws://127.0.0.1:${port}/`, { followRedirects: true, maxRedirects: 3 });
    expect(error?.message).toBe("Maximum redirects exceeded");
  });
});
