import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const client = new URL("../../packages/client/package.json", import.meta.url);
const clientFiles = fileURLToPath(new URL("../../packages/server/client-dist", import.meta.url));
const { buildSync } = createRequire(client)("esbuild") as { buildSync(this: void, options: object): unknown };

const PROGRAM = `
  const { createServer } = require("node:http");
  const { Server } = require("@halyard/server");
  const httpServer = createServer();
  const io = new Server(httpServer);
  httpServer.listen(0, "127.0.0.1", async () => {
    const url = "http://127.0.0.1:" + httpServer.address().port + "/socket.io/socket.io.js";
    const { status, headers } = await fetch(url);
    const again = await fetch(url, { headers: { "if-none-match": headers.get("etag") } });
    console.log(status, again.status);
    io.close();
  });
`;

describe("a server in one file, made by a bundler", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "halyard-bundled-"));
  const file = path.join(folder, "server/main.cjs");
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  buildSync({
    stdin: { contents: PROGRAM, resolveDir: import.meta.dirname },
    bundle: true,
    platform: "node",
    logLevel: "error",
    outfile: file,
  });
  const run = (): string => execFileSync(process.execPath, [file], { encoding: "utf8", stdio: "pipe" }).trim();

  it("does not end when the client files it lacks are asked for", () => {
    expect(run()).toBe("404 404");
  });

  it("serves them from the folder beside its own, as from the package", () => {
    cpSync(clientFiles, path.join(folder, "client-dist"), { recursive: true });
    expect(run()).toBe("200 304");
  });
});
