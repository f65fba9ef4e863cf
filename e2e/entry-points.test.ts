import type { ExtendedError, Handshake, ServerOptions, Socket } from "@halyard/server";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, expectTypeOf, it } from "vitest";

const run = promisify(execFile);

declare module "@halyard/server" {
  interface Socket {
    tenant?: string;
    session?: { user: string };
    state?: "lobby" | "game";
    host?: boolean;
  }
  interface Handshake {
    tenant?: string;
  }
  interface ExtendedError {
    status?: number;
  }
  interface ServerOptions {
    region?: string;
  }
}

describe("entry points of the built packages", () => {
  it("have interfaces that programs add fields to", () => {
    expectTypeOf<Socket["tenant"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Handshake["tenant"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<ExtendedError["status"]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<ServerOptions["region"]>().toEqualTypeOf<string | undefined>();
  });

  it("have declarations that compilers for ES5 read", () => {
    const packages = fileURLToPath(new URL("../packages/", import.meta.url));
    const files = readdirSync(packages, { recursive: true, encoding: "utf8" });
    const declarations = files.filter((file) => /^[^/]+\/dist\/.*\.d\.[cm]?ts$/.test(file));
    expect(declarations.length).toBeGreaterThan(100);
    expect(declarations.filter((file) => readFileSync(packages + file, "utf8").includes("#private"))).toEqual([]);
  });

  it.each([
    ["for programs without the types of a DOM", "without-dom"],
    ["for programs that do not ask for the types of Node", "without-types"],
    ["of the client for programs that have no types of Node", "browser-alone"],
    ["for modules that add members to classes and interfaces", "added-members"],
  ])("have declarations %s", async (_title, folder) => {
    const compiler = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
    const project = fileURLToPath(new URL(`entry-points/${folder}/`, import.meta.url));
    expect(await run(process.execPath, [compiler, "-p", project])).toEqual({ stdout: "", stderr: "" });
  });

  it.each(["commonjs.cjs", "module.mjs"])("%s loads every package", async (file) => {
    const script = fileURLToPath(new URL(`entry-points/${file}`, import.meta.url));
    const { stderr } = await run(process.execPath, [script], { timeout: 20_000 });
    expect(stderr).toBe("");
  });
});
