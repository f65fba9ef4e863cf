import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type * as client from "@halyard/client";

const require = createRequire(import.meta.url);
const load = (file: string): typeof client.io => require(`@halyard/client/dist/${file}`) as typeof client.io;
const source = (file: string): string => readFileSync(require.resolve(`@halyard/client/dist/${file}`), "utf8");

describe("bundles", () => {
  it.each(["socket.io.js", "socket.io.min.js", "socket.io.msgpack.min.js"])("%s is io, with its classes", (file) => {
    expect(Object.keys(load(file)).toSorted((a, b) => a.localeCompare(b))).toEqual([
      "connect",
      "io",
      "Manager",
      "Socket",
    ]);
  });

  it("the msgpack bundle speaks msgpack", () => {
    const { Manager } = load("socket.io.msgpack.min.js");
    const [message] = new Manager("http://localhost", { autoConnect: false }).encoder.encode({
      type: 2,
      nsp: "/",
      data: ["a"],
    });
    expect(message).toBeInstanceOf(ArrayBuffer);
  });

  it.each(["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"])(
    "%s makes no code out of text, writes no logs, and has a source map",
    (file) => {
      expect(source(file)).not.toMatch(/\beval\(|new Function|localStorage|console\./);
      expect(JSON.parse(source(`${file}.map`))).toHaveProperty("mappings");
    },
  );
});

describe("for tools of 2020 and before, which do not look at `exports`", () => {
  const folder = path.dirname(require.resolve("@halyard/client/package.json"));
  const fields = ["", "debug", "engine", "websocket"].flatMap((entry) => {
    const manifest = path.join(folder, entry, "package.json");
    const { main, module } = JSON.parse(readFileSync(manifest, "utf8")) as { main: string; module: string };
    return [main, module].map((file) => path.relative(folder, path.join(folder, entry, file)));
  });

  it.each(fields)("%s has a name they know, and belongs to one build with the others", (file) => {
    expect(file).toMatch(/^dist\/(?:cjs|esm)\/.*\.js$/);
    expect(() => readFileSync(path.join(folder, file))).not.toThrow();
  });

  it.each(["dist/esm", "dist/cjs"])("%s has no syntax that webpack 4 cannot read", (build) => {
    for (const file of readdirSync(path.join(folder, build), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".js")) continue;
      const code = readFileSync(path.join(folder, build, file), "utf8").replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
      expect([file, code.match(/\w\?\.[\w([].*|\S \?\? .*/)?.[0]]).toEqual([file, undefined]);
    }
  });
});
