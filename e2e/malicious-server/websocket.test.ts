import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { hasMessage, isOpen, meet, openPacket, startEvil, type Evil } from "./support.js";

const WEBSOCKET = { transports: ["websocket"] };

/** Answers the opening handshake by hand, then sends bytes. */
function raw(...parts: (string | Buffer)[]): (socket: Duplex, request: IncomingMessage) => void {
  return (socket, request) => {
    const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
    );
    for (const part of parts) socket.write(part);
  };
}
const text = (payload: string): Buffer => Buffer.concat([Buffer.from([0x81, payload.length]), Buffer.from(payload)]);
const OPEN = text(openPacket({ maxPayload: 1000 }));
const send =
  (...messages: (string | Buffer)[]) =>
  (ws: WebSocket): void => {
    for (const message of messages) ws.send(message);
  };

describe("the first message of a WebSocket server", () => {
  const rows: [title: string, message: string | Buffer, error: string][] = [
    ["is empty", "", "server error: parser error"],
    ["is prose", "hello", "server error: parser error"],
    ["is binary", Buffer.from([0, 1]), "server error: packet before the open packet"],
    ["is a message", "4x", "server error: packet before the open packet"],
    ["is a probe answer", "3probe", "server error: packet before the open packet"],
    ["is an open packet without JSON", "0", "invalid open packet: sid is undefined"],
    ["is an open packet of nothing", "0{}", "invalid open packet: sid is undefined"],
    ["has a list as sid", openPacket({ sid: ["a"] }), 'invalid open packet: sid is ["a"]'],
  ];
  it.each(rows)("%s", async (_title, message, error) => {
    const { uri } = await startEvil({ websocket: send(message) });
    expect(await meet(uri, WEBSOCKET)).toMatchObject({ end: "transport error", error });
  });
});

describe("a WebSocket after the handshake", () => {
  it.each([
    ["an unknown packet type", "7", "server error: parser error"],
    ["an empty message", "", "server error: parser error"],
    ["a letter", "x", "server error: parser error"],
    ["a second open packet", openPacket({ sid: "other" }), "unexpected open packet"],
  ])("%s ends the session", async (_title, message, error) => {
    const { uri } = await startEvil({ websocket: send(openPacket(), message) });
    expect(await meet(uri, WEBSOCKET)).toMatchObject({ end: "transport error", error });
  });

  it.each(["1", "3", "3probe", "5", "6", "6noise"])("%j is ignored", async (message) => {
    const { uri } = await startEvil({ websocket: send(openPacket(), message, "4hi") });
    expect(await meet(uri, WEBSOCKET, hasMessage)).toMatchObject({ end: "alive", error: undefined, messages: ["hi"] });
  });

  it("answers a flood of pings, each flush once, and stays", async () => {
    let pongs = 0;
    const flood = Array.from({ length: 5000 }, () => "2");
    const { uri } = await startEvil({
      websocket: (ws) => {
        ws.on("message", (data) => (pongs += (data as Buffer).toString() === "3" ? 1 : 0));
        send(openPacket(), ...flood)(ws);
      },
    });
    const { socket, end } = await meet(uri, WEBSOCKET, isOpen);
    expect(end).toBe("alive");
    await expect.poll(() => pongs, { timeout: 10_000 }).toBeGreaterThan(0);
    await expect.poll(() => socket.writeBuffer.length).toBe(0);
    const silent = await startEvil({ gets: [[openPacket(), ...flood].join("\x1e")], post: () => {} });
    const outcome = await meet(silent.uri, { transports: ["polling"] }, isOpen);
    expect(outcome.end).toBe("alive");
    expect(outcome.socket.writeBuffer.map(({ type }) => type)).toEqual(["pong", "pong"]);
  });

  it("silence is a ping timeout, and pings do not prolong a close that never ends", async () => {
    const { uri } = await startEvil({ websocket: send(openPacket({ pingInterval: 30, pingTimeout: 30 })) });
    expect((await meet(uri, WEBSOCKET)).end).toBe("ping timeout");
    const polling = await startEvil({
      gets: [
        openPacket({ pingInterval: 60, pingTimeout: 60 }),
        ...Array.from({ length: 500 }, () => (_request: unknown, response: { end(body: string): void }) => {
          setTimeout(() => response.end("2"), 10);
        }),
      ],
      post: () => {},
    });
    const { socket } = await meet(polling.uri, { transports: ["polling"] }, isOpen);
    socket.send("never taken");
    socket.close();
    await new Promise((resolve) => socket.on("close", resolve));
    expect(polling.requests.length).toBeLessThan(500); // the pings have not stopped
  });
});

describe("below the messages", () => {
  const rows: [title: string, evil: Evil, end: RegExp][] = [
    ["400 to the upgrade", { upgrade: (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n") }, /error/],
    [
      "200 to the upgrade",
      { upgrade: (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") },
      /error/,
    ],
    [
      "a redirect",
      { upgrade: (socket) => socket.end("HTTP/1.1 302 x\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n") },
      /error/,
    ],
    [
      "a wrong accept",
      {
        upgrade: (socket) =>
          socket.end("HTTP/1.1 101 x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: x\r\n\r\n"),
      },
      /error/,
    ],
    ["a cut connection", { upgrade: (socket) => void socket.destroy() }, /error/],
    [
      "a cut after 101",
      { upgrade: (socket, request) => (raw(OPEN)(socket, request), void socket.end()) },
      /close|error/,
    ],
    ["a reserved opcode", { upgrade: raw(OPEN, Buffer.from([0x83, 0])) }, /error|close/],
    ["a masked frame", { upgrade: raw(OPEN, Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x34])) }, /error|close/],
    ["a reserved bit", { upgrade: raw(OPEN, Buffer.from([0xc1, 1, 0x34])) }, /error|close/],
    ["invalid UTF-8", { upgrade: raw(OPEN, Buffer.from([0x81, 2, 0x34, 0xff])) }, /error|close/],
    ["a continuation of nothing", { upgrade: raw(OPEN, Buffer.from([0x80, 0])) }, /error|close/],
    ["a fragmented ping", { upgrade: raw(OPEN, Buffer.from([0x09, 0])) }, /error|close/],
    ["a close code nobody may send", { upgrade: raw(OPEN, Buffer.from([0x88, 2, 3, 0xed])) }, /error|close/],
    ["a length of 2^63", { upgrade: raw(OPEN, Buffer.from([0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0])) }, /error|close/],
    [
      "a frame announced above the limit",
      { upgrade: raw(OPEN, Buffer.from([0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0])) },
      /error|close/,
    ],
    [
      "fragments above the limit",
      {
        upgrade: raw(
          OPEN,
          ...Array.from({ length: 600 }, (_x, i) =>
            Buffer.concat([Buffer.from([i ? 0 : 1, 100]), Buffer.alloc(100, 52)]),
          ),
        ),
      },
      /error|close/,
    ],
    ["garbage instead of frames", { upgrade: raw(OPEN, "GET / HTTP/1.1\r\n\r\n") }, /error|close/],
    [
      "a message that inflates above the limit",
      { deflate: true, websocket: (ws) => (ws.send(openPacket()), ws.send(Buffer.alloc(30_000_000))) },
      /error|close/,
    ],
    ["code 1002", { websocket: (ws) => (ws.send(openPacket()), ws.close(1002, "no")) }, /close/],
  ];
  it.each(rows)("%s", async (_title, evil, end) => {
    const { uri } = await startEvil(evil);
    const before = process.memoryUsage().rss;
    const outcome = await meet(uri, { ...WEBSOCKET, maxPayload: 50_000, perMessageDeflate: { threshold: 1024 } });
    expect(outcome.end).toMatch(end);
    expect(outcome.socket.readyState).toBe("closed");
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});

describe("a candidate for the upgrade", () => {
  const gets = [openPacket({ upgrades: ["websocket", "websocket"] })];
  const probed = (then: (ws: WebSocket) => void) => (ws: WebSocket) =>
    ws.on("message", (data) => (data as Buffer).toString() === "2probe" && then(ws));
  const rows: [title: string, evil: Evil, upgradeError: string | RegExp][] = [
    ["answers with another probe", { websocket: probed(send("3other")) }, "probe error"],
    ["answers with a message", { websocket: probed(send("4x")) }, "probe error"],
    ["answers with garbage", { websocket: probed(send("?")) }, "probe error"],
    ["answers with binary", { websocket: probed(send(Buffer.from("3probe"))) }, "probe error"],
    ["is refused", { upgrade: (socket) => socket.end("HTTP/1.1 400 x\r\n\r\n") }, /^probe error: .*websocket error$/],
    ["is closed instead of answered", { websocket: probed((ws) => ws.close()) }, "probe error: transport closed"],
    [
      "is closed after its answer, the poll held",
      { websocket: probed((ws) => (ws.send("3probe"), ws.close())) },
      "probe error: transport closed",
    ],
  ];
  it.each(rows)("%s: polling goes on", async (_title, evil, upgradeError) => {
    const posts: string[] = [];
    const { uri } = await startEvil({
      gets,
      post: (request, response) => {
        request.on("data", (chunk) => posts.push(String(chunk)));
        response.end("ok");
      },
      ...evil,
    });
    const outcome = await meet(uri, {}, ({ upgradeErrors }) => upgradeErrors.length > 0);
    expect(outcome).toMatchObject({ end: "alive", error: undefined });
    expect(outcome.upgradeErrors).toHaveLength(1);
    expect(outcome.upgradeErrors[0]).toMatch(upgradeError);
    outcome.socket.send("still here");
    await expect.poll(() => posts).toEqual(["4still here"]);
  });

  it("that opens and says nothing costs nothing", async () => {
    let probes = 0;
    const { uri } = await startEvil({ gets, websocket: probed(() => probes++) });
    expect(await meet(uri, {}, () => probes > 0)).toMatchObject({ end: "alive", upgradeErrors: [] });
  });

  it("that answers while the poll is never released ends with the heartbeat", async () => {
    const { uri } = await startEvil({
      gets: [openPacket({ upgrades: ["websocket"], pingInterval: 50, pingTimeout: 50 })],
      websocket: probed(send("3probe", "4early", "3probe")),
    });
    const outcome = await meet(uri, {});
    expect(outcome).toMatchObject({ end: "ping timeout", messages: [], upgradeErrors: ["probe error: socket closed"] });
  });

  it("from WebSocket down to polling is not tried", async () => {
    const { uri, requests } = await startEvil({
      websocket: send(openPacket({ upgrades: ["polling", "websocket"] }), "4hi"),
    });
    expect(await meet(uri, { transports: ["websocket", "polling"] }, hasMessage)).toMatchObject({
      end: "alive",
      messages: ["hi"],
    });
    expect(requests.length).toBe(1);
  });
});
