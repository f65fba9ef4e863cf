import { describe, expect, it } from "vitest";
import { describeCopies, findCopies, type LoadedCopy } from "./loaded-copies.js";

const copy = (name: string, version: string, folder = `/app/node_modules/${name}`): LoadedCopy => ({
  name,
  version,
  folder,
});

describe("findCopies", () => {
  const manifests: Record<string, string> = {
    "/app/node_modules/socket.io/package.json": '{"name":"@halyard/server","version":"4.9.0"}',
    "/app/node_modules/a/node_modules/socket.io/package.json": '{"name":"socket.io","version":"4.8.1"}',
    "/app/node_modules/@halyard/adapter/package.json": '{"name":"@halyard/adapter","version":"2.5.100"}',
  };
  const read = (file: string): string => manifests[file] ?? "not JSON";

  it("takes each folder once, by the innermost node_modules", () => {
    const files = [
      "/app/index.js",
      "/app/node_modules/socket.io/dist/index.js",
      "/app/node_modules/socket.io/dist/server.js",
      "/app/node_modules/a/node_modules/socket.io/dist/index.js",
      "/app/node_modules/@halyard/adapter/dist/index.js",
      "/app/node_modules/socket.io-client/build/cjs/index.js",
    ];
    expect(findCopies(files, read)).toEqual([
      copy("@halyard/server", "4.9.0", "/app/node_modules/socket.io"),
      copy("socket.io", "4.8.1", "/app/node_modules/a/node_modules/socket.io"),
      copy("@halyard/adapter", "2.5.100"),
    ]);
  });

  it("leaves out what has no manifest", () => {
    expect(findCopies(["/app/node_modules/engine.io/index.js"], read)).toEqual([]);
  });
});

describe("describeCopies", () => {
  it.each([
    ["ours alone", [copy("@halyard/server", "4.9.0"), copy("@halyard/adapter", "2.5.100")]],
    ["one version twice", [copy("@halyard/adapter", "2.5.100"), copy("@halyard/adapter", "2.5.100", "/app/b")]],
    ["originals that get along", [copy("socket.io-adapter", "2.5.8"), copy("engine.io", "6.6.11")]],
  ])("is content with %s", (_title, copies) => {
    expect(describeCopies(copies)).toEqual([]);
  });

  it("names a copy of socket.io", () => {
    const [text] = describeCopies([copy("@halyard/server", "4.9.0"), copy("socket.io", "4.8.1", "/app/a")]);
    expect(text).toContain("socket.io 4.8.1 in /app/a is loaded, too");
  });

  it("names several versions of ours", () => {
    const [text] = describeCopies([
      copy("@halyard/engine", "6.7.0", "/app/a"),
      copy("@halyard/engine", "6.8.0", "/app/b"),
    ]);
    expect(text).toContain("several versions of @halyard/engine are loaded: 6.7.0 in /app/a, 6.8.0 in /app/b");
  });
});
