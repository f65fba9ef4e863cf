import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Server, type Socket } from "../src/index.js";
import { POLLING } from "./harness.js";

describe("the compatibility API of node:http2", () => {
  let server: Http2Server;
  let engine: Server;
  let client: ClientHttp2Session;

  beforeEach(async () => {
    server = createServer((_req, res) => res.end("app"));
    engine = new Server();
    engine.attach(server as unknown as HttpServer);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(() => {
    client.destroy();
    engine.close();
    server.close();
  });

  const ask = async (method: string, path: string, body?: string): Promise<[status: unknown, body: string]> => {
    const headers: OutgoingHttpHeaders = { ":method": method, ":path": path };
    const stream = client.request(headers, { endStream: body === undefined });
    stream.end(body);
    let text = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    const [[head]] = (await Promise.all([once(stream, "response"), once(stream, "end")])) as [
      [OutgoingHttpHeaders],
      [],
    ];
    return [head[":status"], text];
  };

  it("carries long-polling", async () => {
    const connected = once(engine, "connection") as Promise<[Socket]>;
    expect((await ask("GET", POLLING))[0]).toBe(200);
    const [session] = await connected;
    const message = once(session, "message");
    expect(await ask("POST", `${POLLING}&sid=${session.id}`, "4hi")).toEqual([200, "ok"]);
    expect(await message).toEqual(["hi"]);
    session.send("yo");
    expect(await ask("GET", `${POLLING}&sid=${session.id}`)).toEqual([200, "4yo"]);
  });

  it.each([
    ["its poll is cancelled", "GET", (stream: ClientHttp2Stream) => stream.close(constants.NGHTTP2_CANCEL), "poll"],
    ["the connection of its poll ends", "GET", () => client.destroy(), "poll"],
    ["the connection of its POST ends", "POST", () => client.destroy(), "data request"],
  ])("ends a session when %s", async (_title, method, leave, what) => {
    const connected = once(engine, "connection") as Promise<[Socket]>;
    await ask("GET", POLLING);
    const [session] = await connected;
    session.on("message", () => expect.unreachable());
    const requested = once(server, "request");
    const stream = client.request({ ":method": method, ":path": `${POLLING}&sid=${session.id}` }, { endStream: false });
    stream.write(method === "GET" ? "" : "4he");
    await requested;
    const closed = once(session, "close");
    leave(stream);
    expect(await closed).toMatchObject(["transport error", { message: `${what} connection closed prematurely` }]);
  });

  it("begins no session for a peer that has cancelled meanwhile", async () => {
    let choose = (_id: string): void => {};
    engine.generateId = () => new Promise<string>((resolve) => (choose = resolve));
    const requested = once(server, "request") as Promise<[Http2ServerRequest]>;
    const stream = client.request({ ":path": POLLING });
    const [request] = await requested;
    stream.close(constants.NGHTTP2_CANCEL);
    await once(request, "close");
    choose("late");
    await new Promise((resolve) => setImmediate(resolve));
    expect(engine.clientsCount).toBe(0);
  });

  it.each([
    ["HEAD", ""],
    ["PUT", '{"code":2,"message":"Bad handshake method"}'],
  ])("answers %s", async (method, body) => {
    expect(await ask(method, POLLING)).toEqual([400, body]);
  });
});
