import { describe, expect, it } from "vitest";
import { bundleOf } from "./serve-client.js";

describe("browser bundles", () => {
  it.each([
    ["/socket.io/socket.io.js", "socket.io.js"],
    ["/socket.io/socket.io.js.map", "socket.io.js.map"],
    ["/socket.io/socket.io.min.js?v=1", "socket.io.min.js"],
    ["/socket.io/socket.io.esm.min.js", "socket.io.esm.min.js"],
    ["/socket.io/socket.io.msgpack.min.js.map", "socket.io.msgpack.min.js.map"],
    ["/socket.io/socket.io.esm.js", null],
    ["/socket.io/../socket.io.js", null],
    ["/socket.io/", null],
    ["/socket.io", null],
    ["/other/socket.io.js", null],
    ["/socket.io/package.json", null],
  ])("%s is %s", (url, name) => {
    expect(bundleOf(url, "/socket.io")).toBe(name);
  });
});
