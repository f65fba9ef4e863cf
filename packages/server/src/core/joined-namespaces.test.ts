import { describe, expect, it } from "vitest";
import { ACK, BINARY_EVENT, CONNECT, DISCONNECT, EVENT } from "../constants.js";
import { JoinedNamespaces } from "./joined-namespaces.js";

describe("namespaces of a connection", () => {
  it("are being joined until the attempt ends", () => {
    const joined = new JoinedNamespaces<string, string>();
    joined.beginJoining("/a", "first");
    joined.beginJoining("/b", "second");
    expect([joined.attemptCount, joined.isJoining("/a"), joined.has("/a")]).toEqual([2, true, false]);
    joined.endJoining("/a");
    expect([joined.attemptCount, joined.isJoining("/a")]).toEqual([1, false]);
    expect(joined.takeAttempts()).toEqual(["second"]);
    expect([joined.attemptCount, joined.isJoining("/b")]).toEqual([0, false]);
  });

  it("are remembered when the server made the client leave, until it joins again", () => {
    const joined = new JoinedNamespaces<string, string>();
    joined.join("/a", "old");
    joined.leave("/a", "old", "server", 10);
    expect([joined.has("/a"), joined.wasMadeToLeave("/a")]).toEqual([false, true]);
    joined.join("/a", "new");
    expect(joined.wasMadeToLeave("/a")).toBe(false);
    joined.leave("/a", "old", "server", 10);
    expect(joined.get("/a")).toBe("new");
    joined.leave("/a", "new", "client", 10);
    expect([joined.has("/a"), joined.wasMadeToLeave("/a")]).toEqual([false, false]);
  });

  it("are remembered up to a bound", () => {
    const joined = new JoinedNamespaces<string, string>();
    for (const name of ["/a", "/b", "/c"]) {
      joined.join(name, name);
      joined.leave(name, name, "server", 2);
    }
    expect(["/a", "/b", "/c"].map((name) => joined.wasMadeToLeave(name))).toEqual([true, true, false]);
  });

  it("drop events read before the DISCONNECT behind them, and nothing else", () => {
    const joined = new JoinedNamespaces<string, string>();
    joined.join("/", "main");
    joined.join("/a", "other");
    const packets = [
      { type: EVENT, nsp: "/" },
      { type: BINARY_EVENT, nsp: "/" },
      { type: ACK, nsp: "/" },
      { type: EVENT, nsp: "/a" },
      { type: DISCONNECT, nsp: "/" },
      { type: CONNECT, nsp: "/" },
      { type: EVENT, nsp: "/" },
    ];
    for (const packet of packets) joined.onRead(packet);
    expect(packets.map((packet) => joined.isDropped(packet))).toEqual([true, true, false, false, false, false, false]);
  });

  it("drop nothing for a DISCONNECT of what is not joined", () => {
    const joined = new JoinedNamespaces<string, string>();
    joined.onRead({ type: DISCONNECT, nsp: "/a" });
    expect(joined.isDropped({ type: EVENT, nsp: "/a" })).toBe(false);
  });
});
