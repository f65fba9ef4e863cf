// The served bundle in real browsers, on a page with a strict Content-Security-Policy.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowsers, type Page } from "./browsers.js";

const SERVER = fileURLToPath(new URL("server.mjs", import.meta.url));

async function startServer(port = 0): Promise<{ port: number; process: ChildProcess }> {
  const child = fork(SERVER, [String(port)]);
  const [message] = (await once(child, "message")) as [{ port: number }];
  return { port: message.port, process: child };
}

/** Code for the page: a connected socket in `socket`, its history in `log`. */
const connect = (options: string): string => `
  globalThis.log = [];
  globalThis.socket = io({ forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, ...${options} });
  socket.on("connect", () => log.push("connect"));
  socket.on("disconnect", (reason) => log.push(reason));
  await new Promise((resolve) => socket.once("connect", resolve));
`;
const until = (condition: string): string => `
  for (let i = 0; !(${condition}); i++) {
    if (i > 1000) throw new Error("not within 10 s: " + ${JSON.stringify(condition)});
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
`;

for (const { name, launch } of findBrowsers()) {
  if (!launch) {
    console.log(`SKIP ${name}: not installed`);
    continue;
  }
  describe(name, () => {
    let page: Page;
    let server: { port: number; process: ChildProcess };
    let url: string;

    beforeAll(async () => {
      server = await startServer();
      url = `http://127.0.0.1:${server.port}/`;
      page = await launch();
    });
    afterAll(async () => {
      await page?.close();
      server?.process.kill("SIGKILL");
    });

    it("polls, upgrades, and gets an answer", async () => {
      await page.goto(url);
      const result = await page.run(`
        ${connect("{}")}
        ${until('socket.io.engine.transport.name === "websocket"')}
        const answer = await socket.timeout(15_000).emitWithAck("echo", "é€😀");
        socket.disconnect();
        return { answer, global: Object.keys(io).sort(), log };
      `);
      expect(result).toEqual({
        answer: "é€😀",
        global: ["Manager", "Socket", "connect", "io"],
        log: ["connect", "io client disconnect"],
      });
    });

    it.each(["polling", "websocket"])("sends and receives binary by %s", async (transport) => {
      await page.goto(url);
      const result = await page.run(`
        ${connect(`{ transports: ["${transport}"] }`)}
        const bytes = (value) => value instanceof ArrayBuffer ? [...new Uint8Array(value)] : String(value);
        const data = [new Uint8Array([0, 255, 7]), new Uint8Array([1, 2]).buffer, new Blob([new Uint8Array([3])])];
        const answer = await new Promise((resolve) => socket.emit("echo", ...data, { deep: data[0] }, (...args) => resolve(args)));
        socket.disconnect();
        return [...answer.slice(0, 3).map(bytes), bytes(answer[3].deep)];
      `);
      expect(result).toEqual([[0, 255, 7], [1, 2], [3], [0, 255, 7]]);
    });

    it("sends what waited when a killed server is back", async () => {
      await page.goto(url);
      await page.run(connect("{}"));
      server.process.kill("SIGKILL");
      await once(server.process, "exit");
      await page.run(`${until("!socket.connected")} for (const n of ["one", "two", "three"]) socket.emit("note", n);`);
      server = await startServer(server.port);
      const result = await page.run(`
        ${until("socket.connected")}
        const notes = await socket.timeout(15_000).emitWithAck("notes");
        socket.disconnect();
        return notes;
      `);
      expect(result).toEqual(["one", "two", "three"]);
    });

    it("notices that the network is gone, and is back when it is", async () => {
      await page.goto(url);
      await page.run(connect('{ transports: ["websocket"] }'));
      const setOffline =
        page.setOffline ??
        ((isOffline) => page.run(`dispatchEvent(new Event("${isOffline ? "offline" : "online"}"));`));
      await setOffline(true);
      const reason = await page.run(`${until("log.length === 2")} return log[1];`);
      await setOffline(false);
      const log = await page.run(
        `${until("socket.connected")} const seen = [...log]; socket.disconnect(); return seen;`,
      );
      expect(["transport close", "ping timeout"]).toContain(reason);
      expect(log).toEqual(["connect", reason, "connect"]);
    });

    it("is connected after going away and coming back", async () => {
      await page.goto(url);
      await page.run(connect("{}"));
      await page.goto(`${url}elsewhere`);
      await page.back();
      const result = await page.run(`
        ${until('typeof io === "function"')}
        if (!globalThis.socket) { ${connect("{}")} }
        ${until("socket.connected")}
        return socket.timeout(15_000).emitWithAck("echo", "back");
      `);
      expect(result).toBe("back");
    });

    it("works as a module, where text cannot become code", async () => {
      await page.goto(`${url}module`);
      const result = await page.run(`
        ${until('typeof evaluated === "boolean"')}
        ${connect("{}")}
        const answer = await socket.timeout(15_000).emitWithAck("echo", "module");
        socket.disconnect();
        return [evaluated, answer];
      `);
      expect(result).toEqual([false, "module"]);
    });

    it("sleeps longer than the heartbeat allows, and delivers what the page emits on waking", async () => {
      await page.goto(url);
      await page.run(connect("{}"));
      const before = (await page.run(`return socket.timeout(15_000).emitWithAck("notes");`)) as string[];
      page.signal("SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, 3000));
      page.signal("SIGCONT");
      const after = await page.run(`
        for (const n of ["first", "second", "third"]) socket.emit("note", n);
        ${until("log.length > 2 && socket.connected")}
        const notes = await socket.timeout(15_000).emitWithAck("notes");
        socket.disconnect();
        return { notes, connects: log.filter((entry) => entry === "connect").length };
      `);
      expect(after).toEqual({ notes: [...before, "first", "second", "third"], connects: 2 });
    });

    it("works in a worker", async () => {
      await page.goto(url);
      const result = await page.run(`
        const worker = new Worker("/worker.js");
        return new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = (event) => reject(new Error(event.message));
        });
      `);
      expect(result).toEqual(["websocket", "from a worker"]);
    });

    it("works in a service worker, by default over WebSocket alone", async () => {
      await page.goto(url);
      const result = await page.run(`
        const { active, waiting, installing } = await navigator.serviceWorker.register("/service-worker.js");
        return new Promise((resolve) => {
          navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
          (active ?? waiting ?? installing).postMessage("go");
        });
      `);
      expect(result).toEqual(["websocket", "from a service worker"]);
    });
  });
}
