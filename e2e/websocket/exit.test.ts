// What a program sends before it ends itself arrives, as it does with a socket that writes at once.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { WebSocketServer } from "@halyard/websocket";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";

const SPEAKER = `
  const { WebSocket } = require("@halyard/websocket");
  const socket = new WebSocket(process.argv[1]);
  const sayGoodbye = () => socket.send("goodbye");
  socket.on(process.argv[2], () => {
    if (process.argv[3] === "now") sayGoodbye();
    else process.on("exit", sayGoodbye);
    process.exit();
  });
`;

describe("a program that sends and exits", () => {
  it.each([
    ["in a listener of what it has read", "message", "now"],
    ["in any other", "open", "now"],
    ["in a listener of its end", "open", "at the end"],
    ["in a listener of its end, while it reads", "message", "at the end"],
  ])("%s", async (_title, event, when) => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    try {
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const program = spawn(process.execPath, ["-e", SPEAKER, `ws://127.0.0.1:${port}`, event, when], {
        cwd: new URL("../", import.meta.url),
        stdio: "inherit",
      });
      const received: string[] = [];
      server.on("connection", (socket) => {
        socket.on("message", (data: Buffer) => received.push(String(data)));
        socket.on("error", () => undefined);
        socket.send("hello");
      });
      await once(program, "exit");
      await expect.poll(() => received).toEqual(["goodbye"]);
    } finally {
      server.close();
    }
  });
});
