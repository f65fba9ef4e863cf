import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";

it("gives a reply to end() as a whole, in Deno: nothing empty may be written behind it", async () => {
  vi.stubGlobal("Deno", {});
  vi.resetModules();
  onTestFinished(() => void vi.unstubAllGlobals());
  const { Server } = await import("../src/index.js");
  const http = createServer();
  const engine = new Server();
  engine.attach(http);
  onTestFinished(() => {
    engine.close();
    http.closeAllConnections();
    http.close();
  });
  const calls: string[] = [];
  http.prependListener("request", (_request, response: ServerResponse) => {
    for (const name of ["write", "end"] as const) {
      const method = response[name] as (...args: unknown[]) => never;
      response[name] = (...args: unknown[]) => {
        calls.push(name);
        return method.apply(response, args);
      };
    }
  });
  await once(http.listen(0, "127.0.0.1"), "listening");
  const { port } = http.address() as AddressInfo;
  const reply = await fetch(`http://127.0.0.1:${port}/engine.io/?EIO=4&transport=polling`);
  expect((await reply.text()).slice(0, 2)).toBe("0{");
  expect(calls).toEqual(["end"]);
});
