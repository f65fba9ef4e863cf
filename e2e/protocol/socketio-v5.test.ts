import { Server as HalyardServer } from "@halyard/server";
import { Server as UpstreamServer } from "socket.io";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Line, MAX_PAYLOAD, PING_INTERVAL, PING_TIMEOUT, sleep, Target } from "./support.js";

// The cases of the protocol's own suite (socket.io-protocol, revision 5), in our words.

const OPTIONS = {
  pingInterval: PING_INTERVAL,
  pingTimeout: PING_TIMEOUT,
  maxHttpBufferSize: MAX_PAYLOAD,
  connectTimeout: 1000,
  cors: { origin: "*" },
};

/** What the cases use of a socket, of either server. */
interface TestSocket {
  readonly handshake: { readonly auth: unknown };
  emit(event: string, ...args: unknown[]): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

function serve(socket: TestSocket): void {
  socket.emit("auth", socket.handshake.auth);
  socket.on("message", (...args: unknown[]) => socket.emit("message-back", ...args));
  socket.on("message-with-ack", (...args: unknown[]) => {
    const answer = args.pop() as (...args: unknown[]) => void;
    answer(...args);
  });
}

/** The server has only the main namespace and `/custom`. */
async function socketIoTarget(name: string): Promise<Target> {
  const target = new Target("/socket.io/", 4);
  if (name === "@halyard/server") {
    const io = new HalyardServer(target.http, OPTIONS);
    io.on("connection", serve);
    io.of("/custom").on("connection", serve);
  } else {
    const io = new UpstreamServer(target.http, OPTIONS);
    io.on("connection", serve);
    io.of("/custom").on("connection", serve);
  }
  await target.listen();
  return target;
}

describe.each(["@halyard/server", "socket.io 4.8.4"])("Socket.IO protocol 5: %s", (name) => {
  let target: Target;
  beforeAll(async () => void (target = await socketIoTarget(name)));
  afterAll(() => target.close());

  /** A connection to the main namespace, its `auth` event read. */
  async function connected(): Promise<Line> {
    const line = await target.openWebSocket();
    line.send("40");
    await line.take(2);
    return line;
  }

  describe("connect", () => {
    it.each([
      ["the main namespace", "40", "", "{}"],
      ["the main namespace with a payload", '40{"token":"123"}', "", '{"token":"123"}'],
      ["a namespace", "40/custom,", "/custom,", "{}"],
      ["a namespace without the comma", "40/custom", "/custom,", "{}"],
      ["a namespace with a payload", '40/custom,{"token":"abc"}', "/custom,", '{"token":"abc"}'],
    ])("joins %s", async (_title, packet, prefix, auth) => {
      const line = await target.openWebSocket();
      line.send(packet);
      const [connect, event] = await line.take(2);
      expect(String(connect).startsWith(`40${prefix}{`)).toBe(true);
      expect(JSON.parse(String(connect).slice(2 + prefix.length))).toEqual({ sid: expect.any(String) });
      expect(event).toBe(`42${prefix}["auth",${auth}]`);
    });

    it("refuses an unknown namespace", async () => {
      const line = await target.openWebSocket();
      line.send("40/random");
      expect(await line.next()).toBe('44/random,{"message":"Invalid namespace"}');
    });

    it("closes for a malformed CONNECT", async () => {
      const line = await target.openWebSocket();
      line.send("4abc");
      await line.closed;
    });

    it("closes when no CONNECT comes within connectTimeout", async () => {
      const startMs = performance.now();
      const line = await target.openWebSocket();
      const pongs = setInterval(() => line.send("3"), PING_INTERVAL / 2);
      await line.closed;
      clearInterval(pongs);
      expect(performance.now() - startMs).toBeGreaterThan(900);
    });
  });

  describe("disconnect", () => {
    it("closes the connection with the main namespace", async () => {
      const line = await connected();
      line.send("41");
      await line.closed;
    });

    it("leaves another namespace, and keeps the main one", async () => {
      const line = await connected();
      line.send("40/custom");
      await line.take(2);
      line.send("41/custom");
      line.send('42["message","to the main namespace"]');
      expect(await line.next()).toBe('42["message-back","to the main namespace"]');
    });
  });

  describe("message", () => {
    it("carries an event", async () => {
      const line = await connected();
      line.send('42["message",1,"2",{"3":[true]}]');
      expect(await line.next()).toBe('42["message-back",1,"2",{"3":[true]}]');
    });

    it("carries an event of a namespace", async () => {
      const line = await target.openWebSocket();
      line.send("40/custom");
      await line.take(2);
      line.send('42/custom,["message","a"]');
      expect(await line.next()).toBe('42/custom,["message-back","a"]');
    });

    it("answers an event with an acknowledgement", async () => {
      const line = await connected();
      line.send('42456["message-with-ack",1,"2",{"3":[false]}]');
      expect(await line.next()).toBe('43456[1,"2",{"3":[false]}]');
    });

    it.each([
      ["an event", "452-", "message", '452-["message-back",', "]"],
      ["an event with an acknowledgement", "452-789", "message-with-ack", "462-789[", "]"],
    ])("carries the attachments of %s", async (_title, head, event, before, after) => {
      const line = await connected();
      const placeholders = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';
      line.send(`${head}["${event}",${placeholders}]`);
      line.send(Uint8Array.of(1, 2, 3));
      line.send(Uint8Array.of(4, 5, 6));
      expect(await line.take(3)).toEqual([
        `${before}${placeholders}${after}`,
        Uint8Array.of(1, 2, 3),
        Uint8Array.of(4, 5, 6),
      ]);
    });

    it.each([
      ["an unknown packet type", "4abc"],
      ["a payload that is no array", "42{}"],
      ["an id that is no number", '42abc["message-with-ack",1]'],
    ])("closes for %s", async (_title, packet) => {
      const line = await connected();
      line.send(packet);
      await line.closed;
    });
  });

  it("works by polling alone", async () => {
    const opened = await (await target.fetch(target.query("polling"))).text();
    const { sid } = JSON.parse(opened.slice(1));
    expect(await (await target.post(sid, "40")).text()).toBe("ok");
    await sleep(5);
    expect(await (await target.post(sid, '421["message-with-ack","a"]')).text()).toBe("ok");
    let polled = "";
    while (!polled.includes("431")) polled += `${await (await target.poll(sid)).text()}\x1e`;
    const packets = polled.split("\x1e").filter((packet) => packet !== "" && packet !== "2");
    expect(packets[0]).toMatch(/^40\{"sid":"[^"]+"\}$/);
    expect(packets.slice(1)).toEqual(['42["auth",{}]', '431["a"]']);
  });
});
