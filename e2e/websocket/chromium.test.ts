// Chromium's WebSocket against our server, over http and https, with and without compression (Chromium always offers it).
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "@halyard/websocket";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findChromium, launchChromium } from "../support/chromium.js";
import { makeCertificates } from "./certificates.js";

const chromium = findChromium();
if (chromium === null) console.log("SKIP: no Chromium here (CHROMIUM names one)");
else describe("Chromium", () => speaksToOurServer(chromium));

interface Served {
  readonly page: Page;
  readonly requests: IncomingMessage[];
  /** The server's side of the next connection. */
  readonly connection: () => Promise<WebSocket>;
}

function speaksToOurServer(path: string): void {
  let browser: Browser;
  const certificates = makeCertificates();
  const cleanups: (() => unknown)[] = [];
  beforeAll(async () => {
    browser = await launchChromium(path);
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });

  /** A page, and a server at its address that echoes. */
  async function serve(isSecure: boolean, perMessageDeflate: object | boolean): Promise<Served> {
    const answer = (_request: unknown, response: { end(body: string): unknown }): unknown => response.end("<html>");
    const server = isSecure ? createSecureServer(certificates, answer) : createServer(answer);
    const wss = new WebSocketServer({
      server,
      perMessageDeflate,
      handleProtocols: (offered) => [...offered].at(-1) ?? "",
    });
    const requests: IncomingMessage[] = [];
    wss.on("connection", (socket, request) => {
      requests.push(request);
      socket.on("message", (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    cleanups.push(async () => {
      await context.close();
      for (const client of wss.clients ?? []) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as AddressInfo;
    await page.goto(`${isSecure ? "https" : "http"}://127.0.0.1:${port}/`);
    return { page, requests, connection: async () => ((await once(wss, "connection")) as [WebSocket])[0] };
  }

  /** Runs the body of an async function in the page, with `socket` open in it. */
  function run(page: Page, body: string): Promise<unknown> {
    return page.evaluate(`(async () => {
      const socket = new WebSocket(location.href.replace("http", "ws"), ["chat", "superchat"]);
      socket.binaryType = "arraybuffer";
      const next = (type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
      await next("open");
      ${body}
    })()`);
  }

  it.each([
    ["ws", false, false],
    ["ws", false, true],
    [
      "ws, contexts taken over",
      false,
      { serverNoContextTakeover: false, clientNoContextTakeover: false, threshold: 0 },
    ],
    ["ws, small windows", false, { serverMaxWindowBits: 9, clientMaxWindowBits: 9, threshold: 0 }],
    ["wss", true, false],
    ["wss", true, true],
  ])(
    "exchanges text and binary of all lengths: %s, permessage-deflate %j",
    async (_name, isSecure, perMessageDeflate) => {
      const { page, requests } = await serve(isSecure, perMessageDeflate);
      const result = await run(
        page,
        `const texts = ["", "hello", "Grüße, κόσμε 😀", "\\0", "x".repeat(125), "x".repeat(126), "y".repeat(65536), "lorem ipsum ".repeat(100000)];
       const sizes = [0, 1, 125, 126, 65535, 65536, 1000000];
       let wrong = 0;
       for (let round = 0; round < 2; round++) {
         for (const text of texts) {
           socket.send(text);
           if ((await next("message")).data !== text) wrong++;
         }
         for (const size of sizes) {
           const bytes = Uint8Array.from({ length: size }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 255);
           socket.send(bytes);
           const back = new Uint8Array((await next("message")).data);
           if (back.length !== size || back.some((byte, i) => byte !== bytes[i])) wrong++;
         }
       }
       socket.close(4000, "done, κόσμε");
       const { code, reason, wasClean } = await next("close");
       return { wrong, code, reason, wasClean, extensions: socket.extensions, protocol: socket.protocol };`,
      );
      expect(result).toMatchObject({
        wrong: 0,
        code: 4000,
        reason: "done, κόσμε",
        wasClean: true,
        protocol: "superchat",
      });
      expect((result as { extensions: string }).extensions.startsWith("permessage-deflate")).toBe(
        perMessageDeflate !== false,
      );
      expect(requests[0]?.headers["sec-websocket-extensions"]).toContain("permessage-deflate");
      expect(requests[0]?.headers.origin).toMatch(isSecure ? /^https:/ : /^http:/);
    },
  );

  it.each([false, true])(
    "takes fragments, pings and many messages at once; permessage-deflate %s",
    async (perMessageDeflate) => {
      const { page, connection } = await serve(false, perMessageDeflate);
      const connected = connection();
      const result = run(
        page,
        `const seen = [];
       socket.addEventListener("message", ({ data }) => seen.push(typeof data === "string" ? data : data.byteLength));
       socket.send("ready");
       await next("close");
       return seen;`,
      );
      const socket = await connected;
      await once(socket, "message");
      for (const part of ["Grü", "", "ße"]) socket.send(part, { fin: false });
      socket.ping("between");
      socket.send("!", { fin: true });
      socket.send(Buffer.alloc(70_000), { fin: false });
      socket.send(Buffer.alloc(3), { fin: true });
      for (let i = 0; i < 1000; i++) socket.send(`${i} ${"z".repeat(i % 50 === 0 ? 20_000 : 5)}`);
      expect(String((await once(socket, "pong"))[0])).toBe("between");
      socket.close(1000);
      const many = Array.from({ length: 1000 }, (_, i) => `${i} ${"z".repeat(i % 50 === 0 ? 20_000 : 5)}`);
      expect(await result).toEqual(["ready", "Grüße!", 70_003, ...many]);
    },
  );

  it.each([
    [1000, ""],
    [1001, "going away"],
    [1013, "try again later"],
    [3000, "κόσμε"],
    [4999, "x".repeat(123)],
  ])("understands close code %i", async (code, reason) => {
    const { page, connection } = await serve(false, true);
    const connected = connection();
    const result = run(
      page,
      `const { code, reason, wasClean } = await next("close"); return { code, reason, wasClean };`,
    );
    (await connected).close(code, reason);
    expect(await result).toEqual({ code, reason, wasClean: true });
  });

  it("reports a broken connection as 1006, and a close without a code as 1005", async () => {
    const { page, connection } = await serve(false, false);
    for (const [end, code, wasClean] of [
      ["terminate", 1006, false],
      ["close", 1005, true],
    ] as const) {
      const connected = connection();
      const result = run(page, `const { code, wasClean } = await next("close"); return { code, wasClean };`);
      (await connected)[end]();
      expect(await result).toEqual({ code, wasClean });
    }
  });
}
