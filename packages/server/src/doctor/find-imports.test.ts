import { describe, expect, it } from "vitest";
import { findImports, packageOf } from "./find-imports.js";

describe("findImports", () => {
  it.each([
    [`import { Server } from "socket.io";`, ["socket.io"]],
    [`import 'socket.io/dist/socket'`, ["socket.io/dist/socket"]],
    [`export * from "socket.io-client";`, []],
    [`const io = require("socket.io")(http)`, ["socket.io"]],
    [`require.resolve('socket.io/package.json')`, ["socket.io/package.json"]],
    [`await import("socket.io")`, ["socket.io"]],
    [`import type { Socket } from "socket.io/dist/socket";`, ["socket.io/dist/socket"]],
    [`const text = "socket.io"`, []],
  ])("%s", (source, expected) => {
    const found = findImports(source, (name) => name === "socket.io");
    expect(found.map(({ specifier }) => specifier)).toEqual(expected);
  });

  it("counts lines from 1", () => {
    expect(findImports('\n\nrequire("socket.io")', () => true)).toEqual([{ line: 3, specifier: "socket.io" }]);
  });

  it("knows scopes", () => {
    expect(["@a/b/c", "@a/b", "a/b", "a"].map(packageOf)).toEqual(["@a/b", "@a/b", "a", "a"]);
  });
});
