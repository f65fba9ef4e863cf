import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { assert, describe, expect, it } from "vitest";
import { KeptRequest } from "./kept-request.js";
import { parseQuery } from "./query.js";
import type { EngineRequest } from "./request.js";

/** A request as the engine sees it, with all kinds of fields. */
async function received(): Promise<{ req: EngineRequest; end: () => void }> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = request({
    port,
    path: "/a?b=c",
    headers: [
      "Host",
      "h",
      "X-A",
      "1",
      "x-a",
      "2",
      "Cookie",
      "a=1",
      "Cookie",
      "b=2",
      "User-Agent",
      "u",
      "User-Agent",
      "v",
      "__proto__",
      "p",
    ] as never,
  });
  client.on("error", () => {});
  client.end();
  const [req] = (await once(server, "request")) as [IncomingMessage];
  req.removeAllListeners();
  const end = (): void => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  };
  return { req: Object.assign(req, { _query: parseQuery(req.url ?? "") }), end };
}

describe("kept request", () => {
  it("is made again as it was", async () => {
    const { req, end } = await received();
    const kept = new KeptRequest(req);
    kept.pack();
    const again = kept.get();
    expect(again).not.toBe(req);
    assert(again);
    for (const key of ["method", "url", "httpVersion", "rawHeaders", "_query"] as const) {
      expect(again[key]).toEqual(req[key]);
    }
    expect(Object.entries(again.headers)).toEqual(Object.entries(req.headers));
    expect(again.socket).toBe(req.socket);
    expect(again.connection).toBe(req.socket);
    expect(kept.get()).toBe(again);
    end();
  });

  it("stays when somebody has seen it", async () => {
    const { req, end } = await received();
    const kept = new KeptRequest(req);
    expect(kept.get()).toBe(req);
    kept.pack();
    expect(kept.get()).toBe(req);
    end();
  });

  it("stays when somebody has written on it", async () => {
    const { req, end } = await received();
    const kept = new KeptRequest(Object.assign(req, { user: "me" }));
    kept.pack();
    expect(kept.get()).toBe(req);
    end();
  });

  it("stays when somebody listens to it", async () => {
    const { req, end } = await received();
    req.on("close", () => {});
    const kept = new KeptRequest(req);
    kept.pack();
    expect(kept.get()).toBe(req);
    end();
  });

  it("is packed though Node has listened to its end", async () => {
    const { req, end } = await received();
    req.resume();
    await once(req, "end");
    req.on("end", () => {});
    const kept = new KeptRequest(req);
    kept.pack();
    expect(kept.get()).not.toBe(req);
    end();
  });

  it("names the connection that carries the session now", async () => {
    const { req, end } = await received();
    const connection = new Socket();
    const kept = new KeptRequest(req);
    kept.pack(connection);
    expect(kept.get()?.socket).toBe(connection);
    end();
  });

  it.each([
    ["kept", false],
    ["packed", true],
  ])("is gone when an application has removed one that is %s", async (_title, isPacked) => {
    const { req, end } = await received();
    const kept = new KeptRequest(req);
    if (isPacked) kept.pack();
    kept.replace(null);
    kept.pack();
    expect(kept.get()).toBeNull();
    kept.replace(undefined);
    expect(kept.get()).toBeUndefined();
    end();
  });
});
