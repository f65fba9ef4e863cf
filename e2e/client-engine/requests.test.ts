// What the options put into the requests. Every row also holds for engine.io-client.
import type { IncomingMessage } from "node:http";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { Socket as PeerSocket } from "engine.io-client";
import { Socket, type SocketOptions } from "@halyard/client/engine";
import { EchoServer, next } from "../support/engine-server.js";

type Row = [title: string, options: SocketOptions, see: (request: IncomingMessage) => unknown, expected: unknown];

const path = ({ url }: IncomingMessage): string => url!.split("?", 1)[0]!;
const parameter =
  (name: string) =>
  ({ url }: IncomingMessage): string | null =>
    new URL(url!, "http://x").searchParams.get(name);
const hasParameter = (name: string) => (request: IncomingMessage) => parameter(name)(request) !== null;
const header =
  (name: string) =>
  ({ headers }: IncomingMessage): unknown =>
    headers[name];
const POLLING = { transports: ["polling"] };
const WEBSOCKET = { transports: ["websocket"] };

const rows: Row[] = [
  ["path", { ...POLLING, path: "/engine.io/" }, path, "/engine.io/"],
  ["revision of the protocol", WEBSOCKET, parameter("EIO"), "4"],
  ["name of the transport", WEBSOCKET, parameter("transport"), "websocket"],
  ["time stamp, polling", POLLING, hasParameter("t"), true],
  ["time stamp, websocket", WEBSOCKET, hasParameter("t"), false],
  ["timestampRequests: false, polling", { ...POLLING, timestampRequests: false }, hasParameter("t"), false],
  ["timestampRequests: true, websocket", { ...WEBSOCKET, timestampRequests: true }, hasParameter("t"), true],
  ["timestampParam", { ...POLLING, timestampParam: "ts" }, hasParameter("ts"), true],
  ["forceBase64, polling", { ...POLLING, forceBase64: true }, parameter("b64"), "1"],
  ["forceBase64, websocket", { ...WEBSOCKET, forceBase64: true }, parameter("b64"), "1"],
  ["binary is not said to be unknown", WEBSOCKET, parameter("b64"), null],
  ["query", { ...POLLING, query: { a: "é &=", n: 1 } }, parameter("a"), "é &="],
  ["query as a string", { ...POLLING, query: "a=b%20c" as never }, parameter("a"), "b c"],
  ["extraHeaders, polling", { ...POLLING, extraHeaders: { "x-a": "1" } }, header("x-a"), "1"],
  ["extraHeaders, websocket", { ...WEBSOCKET, extraHeaders: { "x-a": "1" } }, header("x-a"), "1"],
  [
    "transportOptions of the transport",
    { ...WEBSOCKET, transportOptions: { websocket: { extraHeaders: { "x-a": "1" } } } },
    header("x-a"),
    "1",
  ],
  [
    "transportOptions of another one",
    { ...WEBSOCKET, transportOptions: { polling: { extraHeaders: { "x-a": "1" } } } },
    header("x-a"),
    undefined,
  ],
  [
    "transportOptions come last",
    { ...POLLING, extraHeaders: { "x-a": "1" }, transportOptions: { polling: { extraHeaders: { "x-a": "2" } } } },
    header("x-a"),
    "2",
  ],
  ["user agent, polling", POLLING, header("user-agent"), "node-XMLHttpRequest"],
  ["user agent of the program", { ...POLLING, extraHeaders: { "User-Agent": "mine" } }, header("user-agent"), "mine"],
  ["protocols", { ...WEBSOCKET, protocols: ["a", "b"] }, header("sec-websocket-protocol"), "a,b"],
  ["origin", { ...WEBSOCKET, origin: "http://o.invalid" }, header("origin"), "http://o.invalid"],
  ["permessage-deflate", WEBSOCKET, header("sec-websocket-extensions"), "permessage-deflate; client_max_window_bits"],
  [
    "perMessageDeflate: false",
    { ...WEBSOCKET, perMessageDeflate: false },
    header("sec-websocket-extensions"),
    undefined,
  ],
  ["localAddress", { ...WEBSOCKET, localAddress: "127.0.0.2" }, ({ socket }) => socket.remoteAddress, "127.0.0.2"],
];

describe.each([
  ["@halyard/client/engine", Socket as unknown as typeof PeerSocket],
  ["engine.io-client", PeerSocket],
])("first request of %s", (_name, EngineSocket) => {
  let server: EchoServer;
  let uri: string;

  beforeEach(async () => {
    server = new EchoServer();
    uri = await server.listen();
  });
  afterEach(() => server.close());

  const firstRequest = async (address: string | undefined, options: object): Promise<IncomingMessage> => {
    const seen = new Promise<IncomingMessage>((resolve) => {
      server.http.prependListener("request", resolve);
      server.http.prependListener("upgrade", resolve);
    });
    const socket = new EngineSocket(address as string, options);
    onTestFinished(() => void socket.close());
    socket.on("error", () => {});
    return seen;
  };

  it.each(rows)("%s", async (_title, options, see, expected) => {
    expect(see(await firstRequest(uri, options))).toEqual(expected);
  });

  it("addTrailingSlash: false", async () => {
    expect(path(await firstRequest(uri, { ...POLLING, addTrailingSlash: false }))).toBe("/engine.io");
  });

  it("the query of the uri comes before the option", async () => {
    const request = await firstRequest(`${uri}/?a=b%20c`, { ...POLLING, query: { a: "other" } });
    expect(parameter("a")(request)).toBe("b c");
  });

  it("host, port and secure instead of a uri", async () => {
    const { port } = new URL(uri);
    for (const where of [{ host: "127.0.0.1" }, { hostname: "127.0.0.1" }, { hostname: "localhost" }]) {
      const options = { ...POLLING, ...where, port, secure: false };
      expect(header("host")(await firstRequest(undefined, options))).toMatch(`:${port}`);
    }
  });

  it("rememberUpgrade holds only while the WebSocket works", async () => {
    const first = new EngineSocket(uri);
    await next(first, "upgrade");
    first.close();
    const options = { rememberUpgrade: true };
    expect(parameter("transport")(await firstRequest(uri, options))).toBe("websocket");
    const failing = new EngineSocket("http://127.0.0.1:1", options);
    await next(failing, "error");
    expect(parameter("transport")(await firstRequest(uri, options))).toBe("polling");
  });
});
