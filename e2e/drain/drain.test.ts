import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "@halyard/client";
import { Server, type DrainProgress } from "@halyard/server";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "@halyard/websocket";

const CLIENTS = 2_000;
const OVER_MS = 3_000;

it("drains 2,000 connections evenly over the time it is given", { timeout: 60_000 }, async () => {
  const http = createServer();
  const io = new Server(http);
  const reasons = new Map<string, number>();
  io.on("connection", (socket) => {
    socket.on("disconnect", (reason) => reasons.set(reason, (reasons.get(reason) ?? 0) + 1));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/socket.io/?EIO=4&transport=websocket`;

  let closed = 0;
  const sockets: WebSocket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.terminate();
  });
  for (let begun = 0; begun < CLIENTS; begun += 100) {
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = new WebSocket(url);
        sockets.push(socket);
        socket.on("close", () => {
          closed++;
        });
        await once(socket, "message");
        socket.send("40");
        await once(socket, "message");
      }),
    );
  }
  expect(io.engine.clientsCount).toBe(CLIENTS);

  const progress: DrainProgress[] = [];
  const end = await io.drain({ overMs: OVER_MS, onProgress: (step) => progress.push(step) });
  while (closed < CLIENTS) await new Promise((resolve) => setTimeout(resolve, 10));

  expect(end).toMatchObject({ closed: CLIENTS, total: CLIENTS });
  expect(io.engine.clientsCount).toBe(0);
  expect(Object.fromEntries(reasons)).toEqual({ "server shutting down": CLIENTS });
  // Nobody leaves before it is due, and nobody all at once.
  for (const step of progress) expect(step.closed).toBeLessThanOrEqual((CLIENTS * step.elapsedMs) / OVER_MS);
  expect(progress.length).toBeGreaterThan(2);
  expect(end.elapsedMs).toBeGreaterThanOrEqual(OVER_MS);
  expect(http.listening).toBe(false);
});

it(
  "lets long-polling clients make their requests until it is their turn, and refuses newcomers",
  { timeout: 60_000 },
  async () => {
    const http = createServer();
    const io = new Server(http, { transports: ["polling"] });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const options = { transports: ["polling"], forceNew: true, reconnection: false };
    const clients = Array.from({ length: 20 }, () => connect(url, options));
    onTestFinished(() => {
      for (const client of clients) client.disconnect();
    });
    await Promise.all(clients.map((client) => once(client as never, "connect")));
    const reasons: string[] = [];
    for (const socket of io.sockets.sockets.values()) {
      socket.on("ask", (answer: (id: string) => void) => answer(socket.id));
      socket.on("disconnect", (reason) => reasons.push(reason));
    }

    const draining = io.drain({ overMs: 4_000 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const left = clients.filter((client) => client.connected);
    expect(left.length).toBeGreaterThan(0);
    const last = [...io.sockets.sockets.values()].at(-1)!;
    const client = clients.find(({ id }) => id === last.id)!;
    expect(await client.timeout(5_000).emitWithAck("ask")).toBe(last.id);
    const newcomer = connect(url, options);
    clients.push(newcomer);
    const [refusal] = (await once(newcomer as never, "connect_error")) as [Error];
    expect(refusal).toMatchObject({ type: "TransportError", description: 503 });

    expect(await draining).toMatchObject({ closed: 20, total: 20 });
    expect(reasons).toEqual(Array.from({ length: 20 }, () => "server shutting down"));
    expect(http.listening).toBe(false);
  },
);

it("lets a long-polling client that a middleware keeps waiting make its requests", { timeout: 60_000 }, async () => {
  const http = createServer();
  const io = new Server(http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const waiting = new Promise<() => void>((resolve) => {
    io.of("/slow").use((_socket, next) => resolve(next));
  });
  io.of("/slow").on("connection", (socket) => socket.on("ask", (answer: () => void) => answer()));
  const options = { forceNew: true, reconnection: false };
  const other = connect(url, { ...options, transports: ["websocket"] });
  const client = connect(`${url}/slow`, { ...options, transports: ["polling"] });
  onTestFinished(() => {
    other.disconnect();
    client.disconnect();
  });
  await once(other as never, "connect");
  const next = await waiting;

  const draining = io.drain({ overMs: 3_000 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(http.listening).toBe(true);
  next();
  await once(client as never, "connect");
  await client.timeout(5_000).emitWithAck("ask");
  await draining;
  expect(http.listening).toBe(false);
});
