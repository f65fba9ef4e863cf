import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const load = async (): Promise<typeof globalThis.WebSocket & { WebSocket?: unknown }> =>
  ((await import("../src/browser.js")) as { default: typeof globalThis.WebSocket }).default;

class OfThePage extends EventTarget {
  static readonly OPEN = 1;
  constructor(readonly url: string) {
    super();
  }
}

describe("the entry for browsers", () => {
  beforeEach(() => {
    vi.resetModules();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("is a class, as the one for Node, of the page's connections", async () => {
    vi.stubGlobal("WebSocket", OfThePage);
    const WebSocket = await load();
    expect(typeof WebSocket).toBe("function");
    expect(WebSocket.WebSocket).toBe(WebSocket);
    expect(WebSocket.OPEN).toBe(1);
    const connection = new WebSocket("ws://example.com");
    expect(connection).toBeInstanceOf(OfThePage);
    expect(connection.url).toBe("ws://example.com");
    expect(OfThePage).not.toHaveProperty("WebSocket");
  });

  it("can be loaded where there is no WebSocket, and says so when one is made", async () => {
    vi.stubGlobal("WebSocket", undefined);
    const WebSocket = await load();
    expect(typeof WebSocket).toBe("function");
    expect(() => new WebSocket("ws://example.com")).toThrow("there is no globalThis.WebSocket");
  });
});
