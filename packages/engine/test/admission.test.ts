import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Middleware, ServerOptions } from "../src/index.js";
import { dial, fetchRaw, POLLING, type Running, start, until, UPGRADE_HEADERS, WEBSOCKET } from "./harness.js";

const REFUSAL = '{"code":4,"message":"Forbidden"}';
const never = (): void => {};

async function startWith(middleware: Middleware | null, options: ServerOptions = {}): Promise<Running> {
  const running = await start({ admissionTimeout: 20, ...options });
  if (middleware !== null) running.engine.use(middleware);
  return running;
}

const paths = [
  ["polling", POLLING, {}, 403],
  ["websocket", WEBSOCKET, UPGRADE_HEADERS, 400],
] as const;

describe.each(paths)("admission, %s", (_title, path, headers, status) => {
  it.each([
    ["a middleware", (): Promise<Running> => startWith(never)],
    ["allowRequest", (): Promise<Running> => startWith(null, { allowRequest: never })],
    [
      "generateId",
      async (): Promise<Running> => {
        const running = await startWith(null);
        running.engine.generateId = () => new Promise(never);
        return running;
      },
    ],
  ])("refuses what nobody decides about: %s", async (_who, launch) => {
    const running = await launch();
    const reply = await fetchRaw(running, path, { headers });
    expect(reply).toMatchObject({ status, body: REFUSAL });
    expect(running.refusals).toEqual(["4 ADMISSION_TIMEOUT"]);
    expect(running.engine.clientsCount).toBe(0);
  });

  it("takes a decision that is late, but in time", async () => {
    const running = await startWith((_req, _res, next) => void setTimeout(next, 30), {
      admissionTimeout: 2000,
      allowRequest: (_req, fn) => void setTimeout(fn, 30, null, true),
    });
    expect((await fetchRaw(running, path, { headers })).status).toBe(path === POLLING ? 200 : 101);
    await sleep(20);
    expect(running.refusals).toEqual([]);
  });

  it("ignores decisions and answers that come too late", async () => {
    const late: unknown[] = [];
    const running = await startWith((_req, res, next) => {
      setTimeout(() => {
        try {
          next();
          res.setHeader("late", "1");
          res.writeHead(200);
          res.write("late");
          res.end();
        } catch (error) {
          late.push(error);
        }
      }, 200);
    });
    expect(await fetchRaw(running, path, { headers })).toMatchObject({ status, body: REFUSAL });
    await sleep(300);
    expect(late).toEqual([]);
    expect(running.sessions).toHaveLength(0);
  });

  it("lets a middleware take its time for an answer it has begun", async () => {
    const running = await startWith((_req, res) => {
      res.writeHead(503);
      res.write("bu");
      setTimeout(() => res.end("sy"), 200);
    });
    expect(await fetchRaw(running, path, { headers })).toMatchObject({ status: 503, body: "busy" });
    expect(running.refusals).toEqual([]);
  });

  it("waits for ever when told so", async () => {
    const running = await startWith((_req, _res, next) => void setTimeout(next, 200), { admissionTimeout: 0 });
    expect((await fetchRaw(running, path, { headers })).status).toBe(path === POLLING ? 200 : 101);
  });

  it("forgets a request whose peer has gone", async () => {
    let asked: IncomingMessage | null = null;
    const running = await startWith((req) => void (asked = req), { admissionTimeout: 300 });
    const socket = await dial(running);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n${lines.join("")}\r\n`);
    await until(() => asked !== null);
    socket.resetAndDestroy();
    await until(() => asked?.socket.destroyed === true);
    await sleep(400);
    expect(running.refusals).toEqual([]);
  });
});

it("cuts a request behind which nobody waits for an earlier one", async () => {
  const running = await startWith((req, _res, next) => (req.url?.includes("held") === true ? undefined : next()));
  const sid = JSON.parse((await fetchRaw(running, POLLING)).body.slice(1)).sid as string;
  const socket = await dial(running);
  socket.write(`GET ${POLLING}&sid=${sid} HTTP/1.1\r\nHost: a\r\n\r\nGET ${POLLING}&held HTTP/1.1\r\nHost: a\r\n\r\n`);
  await once(socket, "close");
  await until(() => running.engine.clientsCount === 0);
  expect(running.refusals).toEqual(["4 ADMISSION_TIMEOUT"]);
});
