import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { diagnose } from "./diagnose.js";
import { EXPORTS } from "./known-packages.js";
import type { InstalledPackage, Project } from "./project.js";

function installed(place: string, name: string, version: string, exports: string[] | null = null): InstalledPackage {
  const installedAs = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
  return { installedAs, name, version, place, exports };
}

const SERVER = installed("node_modules/socket.io", "@halyard/server", "4.9.0", [".", "./package.json"]);

function problems(packages: InstalledPackage[], imports: Project["imports"] = []): string[] {
  const findings = diagnose({ packages, imports }).filter(({ level }) => level === "problem");
  for (const { advice } of findings) expect(advice).not.toBe("");
  return findings.map(({ what }) => what);
}

it("advises what npm accepts for dependencies of the project, too", () => {
  const packages = [SERVER, installed("node_modules/engine.io", "engine.io", "6.6.4")];
  const finding = diagnose({ packages, imports: [] }).find(({ level }) => level === "problem");
  expect(finding?.advice).toMatch(
    /^npm install engine\.io@npm:@halyard\/engine, add "overrides": \{ "engine\.io": "\$engine\.io" \}/,
  );
});

describe("diagnose", () => {
  it.each([
    ["nothing of ours", [], ["no package of @halyard is installed"]],
    ["ours alone", [SERVER], []],
    [
      "a leftover original",
      [SERVER, installed("node_modules/a/node_modules/socket.io", "socket.io", "4.8.1")],
      ["a copy of the original is left: socket.io 4.8.1 in node_modules/a/node_modules/socket.io"],
    ],
    [
      "two versions of ours",
      [SERVER, installed("node_modules/a/node_modules/socket.io", "@halyard/server", "4.9.1")],
      [
        "several versions of @halyard/server: 4.9.0 in node_modules/socket.io, 4.9.1 in node_modules/a/node_modules/socket.io",
      ],
    ],
    ["the same version twice", [SERVER, { ...SERVER, place: "node_modules/a/node_modules/socket.io" }], []],
    [
      "an adapter",
      [SERVER, installed("node_modules/@socket.io/redis-adapter", "@socket.io/redis-adapter", "8.3.0")],
      [],
    ],
    [
      "an adapter of an old major",
      [SERVER, installed("node_modules/@socket.io/redis-adapter", "@socket.io/redis-adapter", "7.2.0")],
      ["@socket.io/redis-adapter 7.2.0 in node_modules/@socket.io/redis-adapter is made for an older Socket.IO"],
    ],
    [
      "an adapter under its old name",
      [SERVER, installed("node_modules/socket.io-redis", "socket.io-redis", "6.1.1")],
      ["socket.io-redis 6.1.1 in node_modules/socket.io-redis is made for an older Socket.IO"],
    ],
    [
      "the original base of adapters",
      [SERVER, installed("node_modules/socket.io-adapter", "socket.io-adapter", "2.5.8")],
      [],
    ],
  ])("%s", (_title, packages, expected) => {
    expect(problems(packages)).toEqual(expected);
  });

  it("names an original base of adapters that is too old", () => {
    const old = installed("node_modules/socket.io-adapter", "socket.io-adapter", "2.4.0");
    expect(problems([SERVER, old])[0]).toContain("2.4.0 in node_modules/socket.io-adapter is too old");
  });

  it("names imports of files that ours have not", () => {
    const imports = ["socket.io", "socket.io/package.json", "socket.io/dist/socket", "@halyard/server/parser"].map(
      (specifier, line) => ({ file: "app.js", line, specifier }),
    );
    expect(problems([SERVER], imports)).toEqual([
      'app.js:2 imports "socket.io/dist/socket", which @halyard/server has not',
    ]);
  });

  it("names imports that would break, before the switch", () => {
    const original = installed("node_modules/socket.io-adapter", "socket.io-adapter", "2.5.8");
    const imports = ["socket.io-adapter", "socket.io-adapter/dist/in-memory-adapter"].map((specifier, line) => ({
      file: "app.js",
      line,
      specifier,
    }));
    expect(problems([SERVER, original], imports)).toEqual([
      'app.js:1 imports "socket.io-adapter/dist/in-memory-adapter", which @halyard/adapter has not',
    ]);
  });

  it.each([...EXPORTS])("knows what %s exports", (name, expected) => {
    const file = path.join(__dirname, "../../..", name.slice("@halyard/".length), "package.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as { exports: object };
    expect(Object.keys(manifest.exports).toSorted()).toEqual([...expected].toSorted());
  });
});
