// WebTransport over QUIC: the served bundle in real browsers, and the server on a small HTTP/3 server.
import { fork, type ChildProcess } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findBrowsers, type Page } from "../browser/browsers.js";
import { freePort } from "../support/server-process.js";
import { makeCertificates } from "../websocket/certificates.js";
import { loadQuiche } from "./quic.mjs";

const SERVER = fileURLToPath(new URL("server.mjs", import.meta.url));
const { cert, key } = makeCertificates();
const fingerprint = [...createHash("sha256").update(new X509Certificate(cert).raw).digest()];

/** A server whose UDP port is the number of its TCP port. */
async function startServer(port: number): Promise<ChildProcess> {
  const child = fork(SERVER, [String(port)], { env: { ...process.env, CERT: cert, KEY: key } });
  await once(child, "message");
  return child;
}

/** Tells the sockets of one test from those of others. */
let test = 0;
/** Code for the page: a socket in `socket`, its history in `log`. */
const open = (options: string): string => `
  const serverCertificateHashes = [{ algorithm: "sha-256", value: new Uint8Array([${fingerprint.join()}]) }];
  globalThis.log = [];
  globalThis.socket = io({
    auth: { test: ${test} }, forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, transports: ["webtransport"],
    transportOptions: { webtransport: { serverCertificateHashes } }, ...${options}
  });
  socket.on("connect", () => log.push("connect " + socket.io.engine.transport.name));
  socket.on("connect_error", (error) => log.push(error.message));
  socket.on("disconnect", (reason) => log.push(reason));
`;
const until = (condition: string): string => `
  for (let i = 0; !(${condition}); i++) {
    if (i > 1500) throw new Error("not within 15 s: " + ${JSON.stringify(condition)} + ", but " + log);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
`;
const connect = (options: string): string => `${open(options)} ${until("socket.connected")}`;
/** Evaluates to the log of the server, without the sockets that ask for it. */
const serverLog = (): string => `
  (await new Promise((resolve) => {
    io({ auth: { test: ${test} }, forceNew: true, transports: ["websocket"] }).emit("log", resolve);
  })).filter((line) => line !== "connection websocket")
`;

for (const { name, launch } of findBrowsers()) {
  if (name === "WebKit") continue; // has no WebTransport
  if (!launch || !loadQuiche()) {
    console.log(`SKIP WebTransport in ${name}: ${launch ? "no QUIC library for this platform" : "not installed"}`);
    continue;
  }
  describe(`WebTransport, ${name}`, () => {
    let page: Page;
    let server: ChildProcess;
    let port: number;
    const tell = async (action: string): Promise<void> => {
      server.send(action);
      await once(server, "message");
    };

    beforeAll(async () => {
      port = await freePort();
      server = await startServer(port);
      page = await launch();
    });
    beforeEach(async () => {
      test += 1;
      await page.goto(`http://127.0.0.1:${port}/`);
    });
    afterAll(async () => {
      await page?.close();
      server?.kill("SIGKILL");
    });

    it("carries text and binary of every length of header", async () => {
      const result = await page.run(`
        ${connect("{}")}
        const wrong = [];
        for (const length of [0, 1, 124, 125, 126, 65_534, 65_535, 65_536, 999_000]) {
          const bytes = Uint8Array.from({ length }, (_, i) => i);
          const [text, back] = await socket.timeout(15_000).emitWithAck("echo", ["é" + "x".repeat(length), bytes]);
          const isSame = back.byteLength === length && new Uint8Array(back).every((byte, i) => byte === bytes[i]);
          if (text.length !== length + 1 || !isSame) wrong.push(length);
        }
        return [wrong, log];
      `);
      expect(result).toEqual([[], ["connect webtransport"]]);
    });

    it("takes over from long-polling without a loss", async () => {
      const result = await page.run(`
        ${connect('{ transports: ["polling", "webtransport"] }')}
        const counted = [];
        socket.on("count", (n) => counted.push(n));
        socket.emit("count", 500);
        const answers = [];
        for (let i = 0; i < 100; i++) {
          answers.push(socket.timeout(15_000).emitWithAck("echo", i));
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        const wrong = (await Promise.all(answers)).filter((answer, i) => answer !== i);
        ${until("counted.length === 500 && socket.io.engine.transport.name === 'webtransport'")}
        return [wrong, counted.every((n, i) => n === i), ${serverLog()}];
      `);
      expect(result).toEqual([[], true, ["connection polling", "upgrade webtransport"]]);
    });

    it("delivers what is sent last, and tells who disconnects", async () => {
      const result = await page.run(`
        ${connect("{}")}
        let lastBytes = 0;
        socket.on("last", (data) => (lastBytes = data.byteLength));
        socket.emit("leave");
        ${until("socket.disconnected")}
        socket.connect();
        ${until("socket.connected")}
        socket.emit("echo", new Uint8Array(300_000), () => {});
        socket.disconnect();
        let lines = [];
        while (lines.length < 4) lines = ${serverLog()};
        return [lastBytes, log, lines];
      `);
      expect(result).toEqual([
        300_000,
        ["connect webtransport", "io server disconnect", "connect webtransport", "io client disconnect"],
        [
          "connection webtransport",
          "server namespace disconnect",
          "connection webtransport",
          "client namespace disconnect",
        ],
      ]);
    });

    it.each([
      ["close the session", "transport close"],
      ["break the stream", "transport close"],
      ["lose the connection", "transport error"],
      ["send a length of 2^63", "transport error"],
    ])("%s: %s, and a new connection", async (action, reason) => {
      await page.run(connect("{}"));
      await tell(action);
      const log = await page.run(`${until("log.length > 2")} return log;`);
      expect(log).toEqual(["connect webtransport", reason, "connect webtransport"]);
    });

    it("is refused a message above maxHttpBufferSize", async () => {
      const result = await page.run(`
        ${connect("{ reconnection: false }")}
        socket.emit("echo", new Uint8Array(1_000_001), () => {});
        ${until("socket.disconnected")}
        return [log, ${serverLog()}];
      `);
      expect(result).toEqual([
        ["connect webtransport", "transport close"],
        ["connection webtransport", "parse error"],
      ]);
    });

    it("outlives heartbeats, notices a server that was killed, and comes back with it", async () => {
      await page.run(`${connect("{}")} await new Promise((resolve) => setTimeout(resolve, 4500));`);
      expect(await page.run("return log;")).toEqual(["connect webtransport"]);
      const exit = once(server, "exit");
      server.kill("SIGKILL");
      await exit;
      const reason = await page.run(`${until("log.length > 1")} return log[1];`);
      server = await startServer(port);
      const last = await page.run(`${until("socket.connected")} return log.at(-1);`);
      expect(["ping timeout", "transport error"]).toContain(reason);
      expect(last).toBe("connect webtransport");
    });

    it("leaves a server that takes no session for the next transport", async () => {
      await tell("refuse");
      const options = '{ transports: ["webtransport", "websocket"], tryAllTransports: true }';
      const log = await page.run(`${connect(options)} return log;`);
      await tell("accept");
      expect(log).toEqual(["connect websocket"]);
    });

    // Firefox does not hear that nobody has the port: it is silence as below.
    it.runIf(name === "Chromium")("leaves a network that lets no UDP through for the next transport", async () => {
      const options = '{ transports: ["webtransport", "websocket"], tryAllTransports: true }';
      const log = await page.run(`
        const { WebTransport } = globalThis;
        globalThis.WebTransport = class extends WebTransport {
          constructor(url, options) {
            super(url.replace(/:\\d+/, ":${await freePort()}"), options);
          }
        };
        ${connect(options)}
        return log;
      `);
      expect(log).toEqual(["connect websocket"]);
    });

    it("gives a server that never answers up at the timeout", async () => {
      const deaf = createSocket("udp4").bind(0, "127.0.0.1");
      await once(deaf, "listening");
      const log = await page.run(`
        const { WebTransport } = globalThis;
        globalThis.WebTransport = class extends WebTransport {
          constructor(url, options) {
            super(url.replace(/:\\d+/, ":${deaf.address().port}"), options);
          }
        };
        ${open("{ timeout: 500, reconnection: false }")}
        ${until("log.length > 0")}
        return log;
      `);
      deaf.close();
      expect(log).toEqual(["timeout"]);
    });
  });
}
