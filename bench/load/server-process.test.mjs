import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ServerProcess } from "./server-process.mjs";

// socket.io from npm, which needs no build.
const PACKAGE = "socket.io";

describe("ServerProcess", () => {
  const closers = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  it("says which port is in use, and what to do", async () => {
    const occupant = createServer().listen(0, "127.0.0.1");
    closers.push(() => new Promise((resolve) => occupant.close(resolve)));
    await once(occupant, "listening");
    const { port } = occupant.address();
    await expect(ServerProcess.start(PACKAGE, { port })).rejects.toThrow(
      `port ${port} is in use; choose another by --port, or none at all`,
    );
  });

  it("says which package could not be loaded", async () => {
    await expect(ServerProcess.start("no-such-package")).rejects.toThrow("the server on no-such-package ended");
  });

  it("fails a question whose server ends", async () => {
    const server = await ServerProcess.start(PACKAGE);
    closers.push(() => server.stop());
    const answer = server.ask("no such question");
    await expect(answer).rejects.toThrow("the server on socket.io ended with code");
  });

  it("answers with CPU time, memory and delays", async () => {
    const server = await ServerProcess.start(PACKAGE);
    closers.push(() => server.stop());
    expect(server.port).toBeGreaterThan(0);
    expect(await server.cpuUs()).toBeGreaterThan(0);
    await server.ask("watch");
    const { rss, heap } = await server.memory();
    expect(rss).toBeGreaterThan(heap);
    const { p99Ms, maxMs, peakMb } = await server.ask("strain");
    expect(maxMs).toBeGreaterThanOrEqual(p99Ms);
    expect(peakMb * 2 ** 20).toBeGreaterThan(heap);
  });
});
