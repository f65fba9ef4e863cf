import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readProject } from "./read-project.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "halyard-doctor-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(file: string, content: string | object): void {
  const place = path.join(root, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, typeof content === "string" ? content : JSON.stringify(content));
}

describe("readProject", () => {
  it("finds packages by what they are asked for and by what they are", () => {
    write("node_modules/socket.io/package.json", {
      name: "@halyard/server",
      version: "4.9.0",
      exports: { ".": "./x" },
    });
    write("node_modules/a/node_modules/socket.io/package.json", { name: "socket.io", version: "4.8.1" });
    write("node_modules/@socket.io/redis-adapter/package.json", { name: "@socket.io/redis-adapter", version: "8.3.0" });
    write("node_modules/express/package.json", { name: "express", version: "5.0.0" });
    write("node_modules/engine.io/package.json", "not JSON");
    const found = readProject(root).packages.map(({ place, name, exports }) => [place, name, exports]);
    expect(new Set(found)).toEqual(
      new Set([
        ["node_modules/@socket.io/redis-adapter", "@socket.io/redis-adapter", null],
        ["node_modules/a/node_modules/socket.io", "socket.io", null],
        ["node_modules/socket.io", "@halyard/server", ["."]],
      ]),
    );
  });

  it("follows the links of pnpm, each place once", () => {
    const store = "node_modules/.pnpm/@halyard+server@4.9.0/node_modules/@halyard/server";
    write(`${store}/package.json`, { name: "@halyard/server", version: "4.9.0" });
    symlinkSync(path.join(root, store), path.join(root, "node_modules/socket.io"));
    symlinkSync(path.join(root, "nowhere"), path.join(root, "node_modules/engine.io"));
    expect(readProject(root).packages.map(({ name }) => name)).toEqual(["@halyard/server"]);
  });

  it("reads the imports of source files", () => {
    write("src/app.ts", 'import { Server } from "socket.io";\nimport x from "express";\n');
    write("src/notes.md", 'import "socket.io/dist/x"');
    write("node_modules/a/index.js", 'require("socket.io/dist/x")');
    expect(readProject(root).imports).toEqual([{ file: "src/app.ts", line: 1, specifier: "socket.io" }]);
  });

  it("takes a folder that is not there for an empty project", () => {
    expect(readProject(path.join(root, "none"))).toEqual({ packages: [], imports: [] });
  });
});
