import { beforeEach, describe, expect, it } from "vitest";
import { Server, type Socket } from "../src/index.js";
import {
  collectUncaught,
  fetchRaw,
  openWebSocket,
  POLLING,
  start,
  until,
  UPGRADE_HEADERS,
  WEBSOCKET,
} from "./harness.js";

let uncaught: string[] = [];

beforeEach(() => {
  uncaught = collectUncaught();
});

type Decide = (message: string | null, isAllowed: boolean) => void;

function boom(): never {
  throw new Error("boom");
}

const paths = [
  ["polling", POLLING, {}, 403, 200],
  ["websocket", WEBSOCKET, UPGRADE_HEADERS, 400, 101],
] as const;

// oxlint-disable unicorn/no-thenable -- the subject of these tests
const thenables = [
  ["is rejected", { then: (_resolved: unknown, rejected: (error: Error) => void) => rejected(new Error("no")) }],
  ["throws in its then", { then: boom }],
  ["cannot be asked for its then", Object.defineProperty({}, "then", { get: boom })],
] as const;

describe.each(paths)("hooks that fail, %s", (_title, path, headers, refusal, success) => {
  describe.each(thenables)("with a thenable that %s", (_what, thenable) => {
    it("refuse the request: allowRequest", async () => {
      const running = await start({ allowRequest: () => thenable });
      expect((await fetchRaw(running, path, { headers })).status).toBe(refusal);
      expect(uncaught).toEqual([]);
    });

    it("refuse the request: a middleware", async () => {
      const running = await start();
      running.engine.use(() => thenable);
      expect((await fetchRaw(running, path, { headers })).status).toBe(400);
      expect(running.refusals).toEqual(["3 MIDDLEWARE_FAILURE"]);
      expect(uncaught).toEqual([]);
    });

    it("refuse the request: generateId", async () => {
      const running = await start();
      running.engine.generateId = () => thenable as never;
      expect((await fetchRaw(running, path, { headers })).status).toBe(400);
      expect(running.refusals).toEqual(["3 ID_GENERATION_ERROR"]);
      expect(uncaught).toEqual([]);
    });
  });

  it.each(["headers", "initial_headers"])("serve the request all the same: a listener of %s", async (event) => {
    const running = await start();
    running.engine.on(event, (fields: Record<string, string>) => {
      fields["x-before"] = "1";
      boom();
    });
    const reply = await fetchRaw(running, path, { headers });
    expect(reply.status).toBe(success);
    expect(reply.headers["x-before"]).toBe("1");
    expect(uncaught).toEqual(["boom"]);
  });

  it.each([
    ["the rules refuse", {}, `${path}&EIO=9`],
    ["allowRequest refuses", { allowRequest: (_req: unknown, decide: Decide) => decide(null, false) }, path],
  ])("answer when %s, and throw: a listener of connection_error", async (_title, options, target) => {
    const running = await start(options);
    running.engine.on("connection_error", boom);
    expect((await fetchRaw(running, target, { headers })).status).toBeGreaterThanOrEqual(400);
    await until(() => uncaught.length > 0);
    expect(uncaught).toEqual(["boom"]);
  });

  it("throw behind an allowRequest that accepts: a listener of connection", async () => {
    const running = await start({ allowRequest: (_req, decide) => decide(null, true) });
    running.engine.on("connection", boom);
    expect((await fetchRaw(running, path, { headers })).status).toBe(success);
    await until(() => uncaught.length > 0);
    expect([uncaught, running.refusals]).toEqual([["boom"], []]);
  });
});

it("a session that cannot begin leaves nothing behind", async () => {
  const running = await start();
  running.engine.opts.cookie = { name: "no name" };
  await expect(fetchRaw(running, POLLING)).rejects.toThrow(/hang up|ECONNRESET/);
  expect(uncaught).toHaveLength(1);
  await until(() => running.engine.clientsCount === 0);
  expect(running.sessions).toEqual([]);
});

describe("a listener that throws while sessions are served in turn", () => {
  it("of `flush`, on long-polling, leaves the others what was sent to them, now and later", async () => {
    const running = await start();
    const open = async (): Promise<Socket> => {
      await fetchRaw(running, POLLING);
      return running.sessions.at(-1) as Socket;
    };
    const bad = await open();
    const good = await open();
    bad.on("flush", boom);
    void fetchRaw(running, `${POLLING}&sid=${bad.id}`).catch(() => {});
    for (const message of ["first", "second"]) {
      const poll = fetchRaw(running, `${POLLING}&sid=${good.id}`);
      await until(() => bad.transport.writable && good.transport.writable);
      bad.send("x");
      good.send(message);
      expect((await poll).body).toBe(`4${message}`);
    }
    expect(uncaught).toEqual(["boom", "boom"]);
  });

  it("of `drain`, on WebSocket, leaves the others their callbacks", async () => {
    const running = await start();
    await openWebSocket(running);
    await openWebSocket(running);
    const [bad, good] = running.sessions as [Socket, Socket];
    let sent = 0;
    for (let i = 1; i <= 2; i++) {
      bad.write("x", boom);
      good.write("y", () => (sent += 1));
      await until(() => sent === i);
    }
    expect(uncaught).toEqual(["boom", "boom"]);
  });
});

it("an upgrade that two engines of one server answer ends neither the process nor the connection", async () => {
  const running = await start();
  const other = new Server();
  other.attach(running.http);
  const { messages } = await openWebSocket(running);
  await until(() => running.sessions.length === 1);
  running.sessions[0]?.send("a");
  await until(() => messages.includes("4a"));
  expect(uncaught).toEqual([]);
  other.close();
});
