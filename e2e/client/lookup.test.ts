// io(), its managers and their settings. Every row also holds for socket.io-client.
import { describe, expect, it } from "vitest";
import { CLIENTS, type Client, type ClientOptions } from "./support.js";

describe.each(Object.entries(CLIENTS))("%s", (_name, io) => {
  const here = { autoConnect: false } as const;
  let hosts = 0;
  /** A server nobody has asked for, so that no manager is known. */
  const newUrl = (): string => `http://host${++hosts}.invalid`;
  const managerOf = (options: ClientOptions): Client["io"] => io(newUrl(), { ...here, ...options }).io;

  describe("io()", () => {
    it.each<[title: string, second: (url: string) => [url: string, options?: object], isShared: boolean]>([
      ["another namespace of the server", (url) => [`${url}/a`], true],
      ["its default port", (url) => [`${url}:80/a`], true],
      ["the same path", (url) => [`${url}/a`, { path: "/socket.io" }], true],
      ["the same namespace again", (url) => [`${url}/`], false],
      ["another path", (url) => [`${url}/a`, { path: "/other" }], false],
      ["another port", (url) => [`${url}:81/a`], false],
      ["another scheme", (url) => [`${url.replace("http", "https")}/a`], false],
      ["forceNew", (url) => [`${url}/a`, { forceNew: true }], false],
      ["force new connection", (url) => [`${url}/a`, { "force new connection": true }], false],
      ["multiplex: false", (url) => [`${url}/a`, { multiplex: false }], false],
    ])("for %s", (_title, second, isShared) => {
      const url = newUrl();
      const first = io(url, here);
      const [other, options] = second(url);
      expect(io(other, { ...here, ...options }).io === first.io).toBe(isShared);
    });

    it("takes the namespace from the path, and the query as an option unless there is one", () => {
      const socket = io(`${newUrl()}/chat?a=b&d`, here);
      expect(socket).toMatchObject({ nsp: "/chat", io: { opts: { query: { a: "b", d: "" }, path: "/socket.io" } } });
      expect(io(`${newUrl()}/?a=b`, { ...here, query: { own: "1" } }).io.opts.query).toEqual({ own: "1" });
      expect(io(newUrl(), here)).toMatchObject({ nsp: "/" });
    });

    it("gives the auth of each namespace to its own socket", () => {
      const url = newUrl();
      const one = io(url, { ...here, auth: { a: 1 } });
      const two = io(`${url}/two`, { ...here, auth: { b: 2 } });
      expect([one.auth, two.auth, one.io === two.io]).toEqual([{ a: 1 }, { b: 2 }, true]);
    });
  });

  describe("settings of a manager", () => {
    const read = (manager: Client["io"]): unknown[] => [
      manager.reconnection(),
      manager.reconnectionAttempts(),
      manager.reconnectionDelay(),
      manager.reconnectionDelayMax(),
      manager.randomizationFactor(),
      manager.timeout(),
    ];

    it.each<[title: string, options: ClientOptions, expected: unknown[]]>([
      ["defaults", {}, [true, Infinity, 1000, 5000, 0.5, 20_000]],
      [
        "zeros",
        {
          reconnectionAttempts: 0,
          reconnectionDelay: 0,
          reconnectionDelayMax: 0,
          randomizationFactor: 0,
        },
        [true, Infinity, 1000, 5000, 0, 20_000],
      ],
      ["timeout: 0", { timeout: 0 }, [true, Infinity, 1000, 5000, 0.5, 0]],
      ["reconnection: false", { reconnection: false }, [false, Infinity, 1000, 5000, 0.5, 20_000]],
    ])("%s", (_title, options, expected) => expect(read(managerOf(options))).toEqual(expected));

    it("may be changed, each call returns the manager", () => {
      const manager = managerOf({});
      const same = manager
        .reconnection(true)
        .reconnectionAttempts(3)
        .reconnectionDelay(10)
        .reconnectionDelayMax(20)
        .randomizationFactor(0.1)
        .timeout(30);
      expect(same).toBe(manager);
      expect(read(manager)).toEqual([true, 3, 10, 20, 0.1, 30]);
    });

    it("names programs reach", () => {
      const manager = managerOf({});
      expect(manager).toMatchObject({ _readyState: "closed", _autoConnect: false });
      for (const name of ["opts", "uri", "nsps", "encoder", "decoder"]) expect(manager).toHaveProperty(name);
    });
  });

  describe("a socket that is not connected", () => {
    const newSocket = (options: ClientOptions = {}): Client => io(newUrl(), { ...here, ...options });

    it("says so", () => {
      const socket = newSocket({ auth: { a: 1 } });
      expect(socket).toMatchObject({ connected: false, disconnected: true, active: false, recovered: false, nsp: "/" });
      expect([socket.id, socket.sendBuffer, socket.receiveBuffer, socket.auth]).toEqual([undefined, [], [], { a: 1 }]);
    });

    it("keeps what is emitted, except volatile packets; each method returns the socket", () => {
      const socket = newSocket();
      expect(socket.emit("a")).toBe(socket);
      expect(socket.send("b")).toBe(socket);
      expect(socket.compress(false).emit("c", () => {})).toBe(socket);
      socket.volatile.emit("never");
      expect(socket.sendBuffer.map(({ data }) => data as unknown)).toEqual([["a"], ["message", "b"], ["c"]]);
      expect(socket.disconnect()).toBe(socket);
      expect([socket.connect(), socket.disconnect(), socket.open(), socket.close()]).toEqual([
        socket,
        socket,
        socket,
        socket,
      ]);
    });

    it.each(["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"])(
      "refuses to emit %s",
      (name) => {
        expect(() => newSocket().emit(name)).toThrow(`"${name}" is a reserved event name`);
      },
    );

    it.each(["error", "message", "ping", "pong", "connection", "reconnect"])("emits %s", (name) => {
      expect(() => newSocket().emit(name)).not.toThrow();
    });

    it("throws what JSON cannot hold", () => {
      expect(() => newSocket().emit("x", 1n)).not.toThrow();
    });

    it("has catch-all listeners of both directions", () => {
      const socket = newSocket();
      const [one, two] = [() => {}, () => {}];
      socket.onAny(one).prependAny(two).onAnyOutgoing(one).prependAnyOutgoing(two);
      expect([socket.listenersAny(), socket.listenersAnyOutgoing()]).toEqual([
        [two, one],
        [two, one],
      ]);
      socket.offAny(one).offAnyOutgoing(two);
      expect([socket.listenersAny(), socket.listenersAnyOutgoing()]).toEqual([[two], [one]]);
      socket.offAny().offAnyOutgoing();
      expect([socket.listenersAny(), socket.listenersAnyOutgoing()]).toEqual([[], []]);
    });

    it("is an emitter", () => {
      const socket = newSocket() as unknown as Record<string, (...args: unknown[]) => unknown>;
      const log: string[] = [];
      const first = (): void => {
        log.push("first");
        socket["on"]!("x", () => log.push("late")); // the walk has begun
        socket["off"]!("x", second);
      };
      const second = (): unknown => log.push("second");
      socket["on"]!("x", first);
      socket["addEventListener"]!("x", second);
      socket["once"]!("x", () => log.push("once"));
      expect((socket["listeners"]!("x") as unknown[]).length).toBe(3);
      socket["emitReserved"]!("x");
      expect(log).toEqual(["first", "second", "once"]);
      expect(socket["hasListeners"]!("x")).toBe(true);
      socket["removeEventListener"]!("x");
      expect(socket["hasListeners"]!("x")).toBe(false);
      socket["on"]!("a", first);
      socket["on"]!("error", first);
      socket["removeAllListeners"]!();
      expect([socket["hasListeners"]!("a"), socket["emitReserved"]!("error")]).toEqual([false, socket]);
    });
  });
});
