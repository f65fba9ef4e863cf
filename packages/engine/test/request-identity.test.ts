// Who may have seen a request finds the same one on the session; otherwise it is made again when asked for, to save memory.
import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import type { ServerOptions } from "../src/index.js";
import { latest, openWebSocket, type Running, start } from "./harness.js";

/** The request of a session as the HTTP server had it, and as the session has it. */
async function requests(running: Running): Promise<[IncomingMessage, IncomingMessage]> {
  let original: IncomingMessage | undefined;
  running.http.on("upgrade", (req: IncomingMessage) => (original = req));
  await openWebSocket(running);
  return [original as IncomingMessage, latest(running).request];
}

describe("the request of a session", () => {
  it.each([
    ["without hooks", {}],
    ["with the option cors", { cors: { origin: "*" } }],
    ["with the option cors that asks about origins", { cors: { origin: (_origin, allow) => allow(null, true) } }],
  ] satisfies [string, ServerOptions][])("is made again %s", async (_title, options) => {
    const [original, ofSession] = await requests(await start(options));
    expect(ofSession).not.toBe(original);
    expect([ofSession.method, ofSession.url, ofSession.headers]).toEqual([
      original.method,
      original.url,
      original.headers,
    ]);
  });

  it.each([
    ["cors is given requests", { cors: (_req, decide) => decide(null, {}) }],
    ["allowRequest is", { allowRequest: (_req, decide) => decide(null, true) }],
  ] satisfies [string, ServerOptions][])("stays the same where %s", async (_title, options) => {
    const [original, ofSession] = await requests(await start(options));
    expect(ofSession).toBe(original);
  });

  it("stays the same with a middleware beside the option cors", async () => {
    const running = await start({ cors: { origin: "*" } });
    running.engine.use((_req, _res, next) => next());
    const [original, ofSession] = await requests(running);
    expect(ofSession).toBe(original);
  });
});

describe("the response a middleware sees on an upgrade", () => {
  it("is told of the end of the connection when it was asked to", async () => {
    const running = await start();
    let closes = 0;
    running.engine.use((_req, res, next) => {
      res.on("close", () => (closes += 1));
      next();
    });
    const peer = await openWebSocket(running);
    expect(closes).toBe(0);
    peer.socket.terminate();
    await expect.poll(() => closes).toBe(1);
  });
});
