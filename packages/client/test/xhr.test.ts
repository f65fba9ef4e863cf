import { afterEach, expect, it, vi } from "vitest";
import { Socket } from "../src/engine/index.js";
import { XHR } from "../src/engine/transports/xhr.js";

const OPEN = `0${JSON.stringify({ sid: "abc", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000 })}`;

/** Answers the handshake; the next poll as `answers` says. */
function stub(poll: string | null): { readonly headers: string[] } {
  const headers: string[] = [];
  let requests = 0;
  vi.stubGlobal(
    "XMLHttpRequest",
    class {
      readyState = 0;
      status = 0;
      responseText: string | null = "";
      onreadystatechange: (() => void) | null = null;
      open(): void {}
      abort(): void {}
      setRequestHeader(name: string, value: string): void {
        if (/[^\0-\xff]/.test(value)) throw new TypeError("Cannot convert argument to a ByteString");
        headers.push(name);
      }
      send(): void {
        const isHandshake = requests++ === 0;
        setTimeout(() => {
          this.readyState = 4;
          this.status = 200;
          this.responseText = isHandshake ? OPEN : poll;
          this.onreadystatechange?.();
        }, 1);
      }
    },
  );
  return { headers };
}

afterEach(() => vi.unstubAllGlobals());

it("makes the request without a header the browser does not take", async () => {
  const { headers } = stub("6");
  const socket = new Socket("http://localhost", { transports: [XHR], extraHeaders: { a: "1", b: "\u{1f600}" } });
  await new Promise<void>((resolve) => socket.on("open", resolve));
  expect(headers).toContain("a");
  expect(headers).not.toContain("b");
  socket.close();
});

it("ends when an answer has no text, as with some stand-ins for XMLHttpRequest", async () => {
  stub(null);
  const socket = new Socket("http://localhost", { transports: [XHR] });
  expect(await new Promise((resolve) => socket.on("close", resolve))).toBe("transport error");
});
