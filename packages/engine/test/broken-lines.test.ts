import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { WebSocket } from "@halyard/websocket";
import { expect, it, onTestFinished, vi } from "vitest";
import { Server } from "../src/server.js";

async function listen(): Promise<{ http: HttpServer; engine: Server; port: number }> {
  const http = createServer();
  const engine = new Server();
  engine.attach(http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(() => {
    engine.close();
    http.closeAllConnections();
    http.close();
  });
  return { http, engine, port: (http.address() as AddressInfo).port };
}

it("ends the session when the reply to a poll is reset before it has left", async () => {
  const { engine, port } = await listen();
  const target = "/engine.io/?EIO=4&transport=polling";
  engine.on("connection", (session) => setImmediate(() => session.send("x".repeat(14_000_000))));
  const open = await (await fetch(`http://127.0.0.1:${port}${target}`)).text();
  const { sid } = JSON.parse(open.slice(1)) as { sid: string };
  const closed = once(engine.clients[sid] as never, "close");
  const line = connect(port, "127.0.0.1").pause();
  line.on("error", () => {});
  line.write(`GET ${target}&sid=${sid} HTTP/1.1\r\nHost: a\r\n\r\n`);
  setTimeout(() => line.resetAndDestroy(), 30);
  expect((await closed)[0]).toBe("transport error");
});

it("waits for no reply whose connection was cut while it stood behind that to a held poll", async () => {
  const { engine, port } = await listen();
  const target = "/engine.io/?EIO=4&transport=polling";
  const open = await (await fetch(`http://127.0.0.1:${port}${target}`)).text();
  const { sid } = JSON.parse(open.slice(1)) as { sid: string };
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const closed = once(engine.clients[sid] as never, "close");
  const line = connect(port, "127.0.0.1");
  line.on("error", () => {});
  const head = " HTTP/1.1\r\nHost: a\r\n\r\n";
  line.write(`GET ${target}&sid=${sid}${head}GET ${target}${head}`);
  await vi.waitFor(() => expect(engine.clientsCount).toBe(2));
  const withSessions = timers();
  line.resetAndDestroy();
  await closed;
  for (const session of Object.values(engine.clients)) session.close(true);
  expect(engine.clientsCount).toBe(0);
  expect(timers()).toBeLessThan(withSessions);
});

it("refuses a second websocket for a session that began on one", async () => {
  const { engine, port } = await listen();
  const url = `ws://127.0.0.1:${port}/engine.io/?EIO=4&transport=websocket`;
  const first = new WebSocket(url);
  onTestFinished(() => first.terminate());
  const [data] = (await once(first, "message")) as [Buffer];
  const { sid } = JSON.parse(data.toString().slice(1)) as { sid: string };
  const second = new WebSocket(`${url}&sid=${sid}`);
  expect(String((await once(second, "error"))[0])).toContain("400");
  expect(engine.clients[sid]?.readyState).toBe("open");
});

it("ends the connection of a reply which is not read, when its session has ended for long", async () => {
  const { engine, port } = await listen();
  const target = "/engine.io/?EIO=4&transport=polling";
  engine.on("connection", (session) => setImmediate(() => session.send("x".repeat(14_000_000))));
  const open = await (await fetch(`http://127.0.0.1:${port}${target}`)).text();
  const { sid } = JSON.parse(open.slice(1)) as { sid: string };
  const session = engine.clients[sid];
  Object.assign(session?.transport ?? {}, { closeTimeout: 50 });
  const line = connect(port, "127.0.0.1").pause();
  line.write(`GET ${target}&sid=${sid} HTTP/1.1\r\nHost: a\r\n\r\n`);
  await once(session as never, "flush");
  session?.close();
  line.on("error", () => {});
  await new Promise((resolve) => setTimeout(resolve, 300));
  line.resume();
  await once(line, "close");
  expect(line.bytesRead).toBeLessThan(14_000_000);
});

it.each([
  ["which goes on", (line: Socket) => line],
  ["which has half-closed", (line: Socket) => line.end()],
  ["which has had an answer before", (line: Socket) => line, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["which has sent more", (line: Socket) => line.write("more") && line],
  ["which waits for an answer", (line: Socket) => line, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"],
  [
    "which waits for the answer to a body nobody reads",
    (line: Socket) => line,
    `POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n${"x".repeat(100_000)}`,
  ],
])("leaves no socket of an upgrade for nobody %s", async (_title, act, before = "") => {
  const http = createServer(({ url }, response) => void setTimeout(() => response.end(), url === "/later" ? 10 : 0));
  new Server().attach(http, { destroyUpgradeTimeout: 30 });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const line = connect({ port: (http.address() as AddressInfo).port, host: "127.0.0.1", allowHalfOpen: true });
  line.on("error", () => {});
  line.write(`${before}GET /elsewhere/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  act(line);
  await new Promise((resolve) => setTimeout(resolve, 20));
  http.close();
  await once(http, "close"); // which waits for all connections
  line.destroy();
});

it("does not answer a request that was read from a connection reset meanwhile", async () => {
  const { engine, port } = await listen();
  const requests = [
    "GET / HTTP/1.1\r\n\r\n", // Node answers itself: there is no Host
    "POST /engine.io/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    "GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n",
  ].join("");
  const begun = vi.fn();
  engine.on("connection", begun);
  for (let i = 0; i < 10; i++) {
    const line = connect(port, "127.0.0.1");
    await once(line, "connect");
    line.write(requests);
    line.resetAndDestroy();
    await once(line, "close");
  }
  const alive = await fetch(`http://127.0.0.1:${port}/engine.io/?EIO=4&transport=polling`);
  expect(alive.status).toBe(200);
  expect(begun).toHaveBeenCalledOnce();
});

it("answers what nobody answers with 404, and sees the peer leave behind it", async () => {
  const { http, port } = await listen();
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  const line = connect(port, "127.0.0.1");
  line.on("error", () => {});
  const poll = "HEAD /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n";
  line.write(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${poll.repeat(200)}`);
  await once(line, "data");
  line.destroy();
  await vi.waitFor(async () => {
    const count = await new Promise((resolve) => http.getConnections((_error, open) => resolve(open)));
    expect(count).toBeLessThan(2); // that of fetch is kept alive
  });
});

it("leaves what is not ours to listeners that came before and after it", async () => {
  const http = createServer((req, res) => void (req.url === "/before" && res.end("before")));
  const engine = new Server();
  engine.attach(http);
  http.on("request", (req, res) => void (req.url === "/after" && res.end("after")));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(() => void http.close());
  const { port } = http.address() as AddressInfo;
  for (const name of ["before", "after"]) {
    expect(await (await fetch(`http://127.0.0.1:${port}/${name}`)).text()).toBe(name);
  }
});
