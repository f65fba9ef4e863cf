import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { claimPath } from "./claimed-paths.js";

describe("claimPath", () => {
  it.each([
    ["another path", "/chat/", null],
    ["the same path", "/socket.io/", "/socket.io/"],
    ["a path below", "/socket.io/admin/", "/socket.io/"],
    ["a path above", "/", "/socket.io/"],
  ])("tells who else answers on %s", (_title, path, expected) => {
    const server = createServer();
    expect(claimPath(server, "/socket.io/")).toBeNull();
    expect(claimPath(server, path)).toBe(expected);
  });

  it("keeps servers apart", () => {
    expect(claimPath(createServer(), "/a/")).toBeNull();
    expect(claimPath(createServer(), "/a/")).toBeNull();
  });
});
