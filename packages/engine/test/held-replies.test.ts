// Replies of long-polling leave when all that is readable has been read. None is lost by that.
import { once } from "node:events";
import { createServer } from "node:https";
import { describe, expect, it, vi } from "vitest";
import { POLLING, fetchRaw, only, openPolling, start } from "./harness.js";
import { dialTls, PRESHARED } from "./preshared-tls.js";

describe("replies that are held for the end of a turn", () => {
  it("leave before the connections are destroyed, when a listener closes the server", async () => {
    const running = await start();
    const sid = await openPolling(running);
    only(running).on("message", () => {
      only(running).send("last words");
      running.engine.close();
      running.http.closeAllConnections();
    });
    const poll = fetchRaw(running, `${POLLING}&sid=${sid}`);
    await expect.poll(() => only(running).transport.writable).toBe(true);
    const post = await fetchRaw(running, `${POLLING}&sid=${sid}`, { method: "POST", body: "4stop" });
    expect(post.body).toBe("ok");
    expect((await poll).body).toBe("4last words");
  });

  it("leave before a listener cuts the session off", async () => {
    const running = await start();
    const sid = await openPolling(running);
    only(running).on("message", () => {
      only(running).transport.send([{ type: "message", data: "last words" }]);
      only(running).transport.abort();
    });
    const poll = fetchRaw(running, `${POLLING}&sid=${sid}`);
    await expect.poll(() => only(running).transport.writable).toBe(true);
    const post = await fetchRaw(running, `${POLLING}&sid=${sid}`, { method: "POST", body: "4stop" });
    expect([post.body, (await poll).body]).toEqual(["ok", "4last words"]);
  });

  it("give way to a reply that a middleware has given meanwhile", async () => {
    const running = await start();
    const seen: unknown[] = [];
    running.engine.use((_req, res, next) => {
      next();
      seen.push(res?.headersSent);
      res?.end("of the middleware");
    });
    const reply = await fetchRaw(running, POLLING);
    expect([seen, reply.body]).toEqual([[false], "of the middleware"]);
  });

  it("leave before TLS ends a connection whose peer has ended its side in the segment of the request", async () => {
    const { port } = await start({}, createServer(PRESHARED));
    const line = dialTls(port);
    let got = "";
    line.on("data", (chunk: Buffer) => (got += chunk.toString()));
    await once(line, "secureConnect");
    line.end(`GET ${POLLING} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(line, "close");
    expect(got).toMatch(/^HTTP\/1.1 200 [^]*\r\n\r\n0\{"sid"/);
  });

  it("leave also while a test stands still the timers", async () => {
    vi.useFakeTimers({ toFake: ["setImmediate", "setTimeout"] });
    try {
      const running = await start();
      await openPolling(running);
    } finally {
      vi.useRealTimers();
    }
  });

  it("leave also when a test replaces process.nextTick for a while", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const poll = fetchRaw(running, `${POLLING}&sid=${sid}`);
    await expect.poll(() => only(running).transport.writable).toBe(true);
    const replaced = vi.spyOn(process, "nextTick").mockImplementation(() => {});
    only(running).send("first");
    replaced.mockRestore();
    only(running).send("second");
    expect((await poll).body).toBe("4first\x1e4second");
  });
});
