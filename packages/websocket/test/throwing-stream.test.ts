import { Duplex } from "node:stream";
import { expect, it } from "vitest";
import { WebSocket } from "../src/index.js";
import { duplexPair } from "./duplex-pair.js";

it("a stream that throws when it is written to does not silence the others", async () => {
  const others = process.listeners("uncaughtException");
  const uncaught: unknown[] = [];
  const keep = (error: Error): unknown => uncaught.push(error.message);
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", keep);
  try {
    const broken = new Duplex({
      read() {},
      write() {
        throw new Error("boom");
      },
    });
    const [near, far] = duplexPair();
    let received = "";
    far.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
    const [bad, good] = [broken, near].map((stream) => {
      const socket = new WebSocket(null, undefined, {});
      socket.setSocket(stream, Buffer.alloc(0), {});
      return socket;
    }) as [WebSocket, WebSocket];
    bad.send("x");
    good.send("first");
    await new Promise(setImmediate);
    good.send("second");
    await new Promise(setImmediate);
    expect(received).toContain("first");
    expect(received).toContain("second");
    expect(uncaught).toEqual(["boom"]);
  } finally {
    process.removeListener("uncaughtException", keep);
    for (const listener of others) process.on("uncaughtException", listener);
  }
});
