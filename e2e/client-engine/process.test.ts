import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EchoServer } from "../support/engine-server.js";

/** Runs a module that has `Socket` and `uri`, and tells how it ended. */
async function run(uri: string, body: string): Promise<{ code: number | null; output: string }> {
  const source = `import { Socket } from "@halyard/client/engine"; const uri = "${uri}"; ${body}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 15_000,
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

describe("a process with an open session", () => {
  let server: EchoServer;
  let uri: string;

  beforeAll(async () => {
    server = new EchoServer();
    uri = await server.listen();
  });
  afterAll(() => server.close());

  it.each([["polling"], ["websocket"], ["polling", "websocket"]])(
    "ends by itself with autoUnref: %s %s",
    async (...transports) => {
      const body = `
      const socket = new Socket(uri, { autoUnref: true, transports: ${JSON.stringify(transports)} });
      socket.on("open", () => console.log("open"));
      setTimeout(() => console.log("done"), 300);`;
      expect(await run(uri, body)).toEqual({ code: 0, output: "open\ndone\n" });
    },
  );

  it.each(["polling", "websocket"])("goes on without it: %s", async (transport) => {
    const body = `
      new Socket(uri, { transports: ["${transport}"] }).on("open", () => {
        setTimeout(() => { console.log("alive"); process.exit(3); }, 300).unref();
      });`;
    expect(await run(uri, body)).toEqual({ code: 3, output: "alive\n" });
  });

  it.each(["polling", "websocket"])("ends once it is closed: %s", async (transport) => {
    const body = `
      const socket = new Socket(uri, { transports: ["${transport}"] });
      socket.on("open", () => socket.close());
      socket.on("close", (reason) => console.log(reason));`;
    expect(await run(uri, body)).toEqual({ code: 0, output: "forced close\n" });
  });
});
