import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
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
