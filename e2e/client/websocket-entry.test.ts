// The entry for pages that use WebSocket only, as Node and as browsers get it.
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { Server } from "socket.io";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import * as node from "@halyard/client/websocket";

const main = createRequire(import.meta.url).resolve("@halyard/client/dist/socket.io.js");
const browser = (await import(new URL("browser/websocket.js", pathToFileURL(main)).href)) as typeof node;

describe.each([
  ["Node", node],
  ["browsers", browser],
])("@halyard/client/websocket for %s", (_platform, entry) => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([{}, { forceBase64: true, transports: ["polling"] }])(
    "sends and receives binary with %o",
    async (options) => {
      vi.stubGlobal("WebSocket", WebSocket);
      const http = createServer();
      const server = new Server(http);
      server.on("connection", (socket) =>
        socket.on("echo", (value: unknown, answer: (...values: unknown[]) => void) =>
          answer(value, socket.conn.transport.name),
        ),
      );
      await once(http.listen(0), "listening");
      const socket = entry.io(`http://localhost:${(http.address() as AddressInfo).port}`, options);
      onTestFinished(async () => {
        socket.disconnect();
        await server.close();
      });
      const bytes = Uint8Array.of(1, 2, 3);
      const answer = await new Promise<unknown[]>((resolve) =>
        socket.emit("echo", bytes, (...args: unknown[]) => resolve(args)),
      );
      expect(new Uint8Array(answer[0] as ArrayBuffer)).toEqual(bytes);
      expect(answer[1]).toBe("websocket");
    },
  );
});
