// The build for browsers (dist/browser) has short names for what is internal. Here: for nothing else, and it works.
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { Server } from "socket.io";
import * as upstream from "socket.io-client";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import * as ours from "@halyard/client";
import * as oursEngine from "@halyard/client/engine";
import { internalNames } from "../../packages/client/scripts/internal-names.mjs";

const main = createRequire(import.meta.url).resolve("@halyard/client/dist/socket.io.js");
const load = (file: string): Promise<unknown> => import(new URL(`browser/${file}`, pathToFileURL(main)).href);
const short = (await load("index.js")) as typeof ours;
const shortEngine = (await load("engine/index.js")) as typeof oursEngine;
const internal = internalNames().owners as Map<string, Set<string>>;

/** The names of a class: its own and inherited ones, and those of an instance. */
function namesOf(target: object): string[] {
  const names = new Set<string>();
  for (let each = target; each && each !== Object.prototype; each = Object.getPrototypeOf(each) as object) {
    for (const name of Object.getOwnPropertyNames(each)) names.add(name);
  }
  return [...names].toSorted((a, b) => a.localeCompare(b));
}

function objectsOf(client: typeof ours | typeof upstream, engine?: typeof oursEngine): Record<string, object> {
  const Manager = client.Manager as typeof ours.Manager;
  const manager = new Manager("http://localhost", { autoConnect: false });
  const socket = manager.socket("/");
  return {
    io: client.io,
    manager,
    socket,
    encoder: manager.encoder,
    decoder: manager.decoder,
    Fetch: client.Fetch.prototype,
    XHR: client.XHR.prototype,
    WebSocket: client.WebSocket.prototype,
    WebTransport: client.WebTransport.prototype,
    ...(engine && {
      session: engine.SocketWithUpgrade.prototype,
      idleSession: new engine.SocketWithoutUpgrade("http://localhost", { transports: [] }),
      TransportError: engine.TransportError.prototype,
    }),
  };
}

describe("names of the build for browsers", () => {
  const plain = objectsOf(ours, oursEngine);
  const shortened = objectsOf(short, shortEngine);

  it.each(Object.keys(plain))("%s has all but the internal ones", (what) => {
    const wanted = namesOf(plain[what]!).filter((name) => !internal.has(name));
    const found = namesOf(shortened[what]!).filter((name) => !/^_[\da-z]{1,2}$/.test(name));
    expect(found).toEqual(wanted);
  });

  it("has no class with one short name for two of its members", () => {
    for (const [what, target] of Object.entries(plain)) {
      const count = (names: string[]): number => names.filter((name) => name !== "constructor").length;
      expect([what, count(namesOf(shortened[what]!))]).toEqual([what, count(namesOf(target))]);
    }
  });

  it("shortens no name of socket.io-client", () => {
    const public_ = new Set(Object.values(objectsOf(upstream)).flatMap(namesOf));
    // A field of its encoder, private there as well.
    expect([...internal.keys()].filter((name) => public_.has(name))).toEqual(["replacer"]);
  });

  it("shortens no name of an option or of the protocol", () => {
    const wire = [
      "sid",
      "upgrades",
      "pingInterval",
      "pingTimeout",
      "maxPayload",
      "pid",
      "offset",
      "num",
      "message",
      "data",
    ];
    const options = ["path", "query", "auth", "retries", "ackTimeout", "transports", "parser", "reconnectionDelay"];
    expect([...wire, ...options].filter((name) => internal.has(name))).toEqual([]);
  });
});

describe("the build for browsers works", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([["polling"], ["websocket"], ["upgrade"]])(
    "over %s: events, binary, acknowledgements, a lost connection",
    async (path) => {
      vi.stubGlobal("WebSocket", WebSocket);
      const http = createServer();
      const server = new Server(http);
      server.on("connection", (socket) =>
        socket.on("echo", (value: unknown, answer: (value: unknown) => void) => answer(value)),
      );
      await once(http.listen(0), "listening");
      const transports = {
        polling: [short.Fetch],
        websocket: [short.WebSocket],
        upgrade: [short.Fetch, short.WebSocket],
      };
      const socket = short.io(`http://localhost:${(http.address() as AddressInfo).port}`, {
        transports: transports[path as "polling"],
        reconnectionDelay: 10,
      });
      onTestFinished(async () => {
        socket.disconnect();
        await server.close();
      });
      await new Promise<void>((resolve) => socket.on("connect", resolve));
      const { engine } = socket.io;
      if (path === "upgrade") await vi.waitFor(() => expect(engine.transport.name).toBe("websocket"));
      const value = { text: "å", bytes: Uint8Array.of(1, 2, 3).buffer };
      expect(await socket.timeout(15_000).emitWithAck("echo", value)).toEqual(value);
      engine.close();
      await new Promise<void>((resolve) => socket.once("connect", resolve));
      expect(await socket.timeout(15_000).emitWithAck("echo", "again")).toBe("again");
      expect(socket.io.engine).not.toBe(engine);
    },
  );
});
