import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { Fetch } from "@halyard/client/engine";
import { isOpen, meet, openPacket, startEvil, type Answer, type Evil } from "./support.js";

const POLLING = { transports: ["polling"] };
const status =
  (code: number, headers: Record<string, string> = {}, body = ""): Answer =>
  (_request, response) =>
    response.writeHead(code, headers).end(body);

describe("the first body of a polling server", () => {
  const rows: [title: string, body: string, error: string][] = [
    ["is empty", "", "server error: parser error"],
    ["is prose", "hello", "server error: parser error"],
    ["is HTML", "<html></html>", "server error: parser error"],
    ["is one separator", "\x1e", "server error: parser error"],
    ["is a million separators", "\x1e".repeat(1_000_000), "server error: parser error"],
    ["has an unknown packet type", "9{}", "server error: parser error"],
    ["is a message", "4hello", "server error: packet before the open packet"],
    ["is a ping", "2", "server error: packet before the open packet"],
    ["is a noop", "6", "server error: packet before the open packet"],
    ["is an upgrade", "5", "server error: packet before the open packet"],
    ["is an open packet without JSON", "0", "invalid open packet: sid is undefined"],
    ["is an open packet cut short", '0{"sid":"a"', "invalid open packet: sid is undefined"],
    ["is null", "0null", "invalid open packet: sid is undefined"],
    ["is a list", "0[]", "invalid open packet: sid is undefined"],
    ["is a string", '0"abc"', "invalid open packet: sid is undefined"],
    ["is deeply nested", `0${"[".repeat(100_000)}`, "invalid open packet: sid is undefined"],
    ["has a number as sid", openPacket({ sid: 5 }), "invalid open packet: sid is 5"],
    ["has an object as sid", openPacket({ sid: { toString: 1 } }), 'invalid open packet: sid is {"toString":1}'],
    ["has an empty sid", openPacket({ sid: "" }), 'invalid open packet: sid is ""'],
    ["has an endless sid", openPacket({ sid: "x".repeat(5000) }), `invalid open packet: sid is "${"x".repeat(49)}`],
    ["has no upgrades", openPacket({ upgrades: undefined }), "invalid open packet: upgrades is undefined"],
    ["has a string as upgrades", openPacket({ upgrades: "websocket" }), 'invalid open packet: upgrades is "websocket"'],
    [
      "has an object as upgrades",
      openPacket({ upgrades: { length: 9 } }),
      'invalid open packet: upgrades is {"length":9}',
    ],
    ["has no pingInterval", openPacket({ pingInterval: undefined }), "invalid open packet: pingInterval is undefined"],
    ["has a string as pingInterval", openPacket({ pingInterval: "1" }), 'invalid open packet: pingInterval is "1"'],
    ["has a negative pingInterval", openPacket({ pingInterval: -1 }), "invalid open packet: pingInterval is -1"],
    ["has null as pingTimeout", openPacket({ pingTimeout: null }), "invalid open packet: pingTimeout is null"],
    ["has a list as maxPayload", openPacket({ maxPayload: [1] }), "invalid open packet: maxPayload is [1]"],
    ["has a negative maxPayload", openPacket({ maxPayload: -5 }), "invalid open packet: maxPayload is -5"],
    ["has two open packets", `${openPacket()}\x1e${openPacket()}`, "unexpected open packet"],
    ["has garbage behind the open packet", `${openPacket()}\x1e`, "server error: parser error"],
  ];
  it.each(rows)("%s", async (_title, body, error) => {
    const { uri } = await startEvil({ gets: [body] });
    expect(await meet(uri, POLLING)).toMatchObject({ end: "transport error", error });
  });

  it("closes at once", async () => {
    const { uri } = await startEvil({ gets: ["1"] });
    expect((await meet(uri, POLLING)).end).toBe("transport close");
  });

  it.each([
    ["endless pings", { pingInterval: 1e308, pingTimeout: 1e308 }],
    ["no maxPayload", { maxPayload: undefined }],
    ["upgrades that are no names", { upgrades: [null, 5, {}, "__proto__", "constructor", "toString"] }],
    ["upgrade to itself", { upgrades: ["polling", "polling"] }],
  ])("may say %s", async (_title, fields) => {
    const { uri, requests } = await startEvil({ gets: [openPacket(fields), "4hi"] });
    const outcome = await meet(uri, {}, () => requests.length > 2);
    expect(outcome).toMatchObject({ end: "alive", error: undefined, messages: ["hi"], upgradeErrors: [] });
    expect(requests).toHaveLength(3);
  });

  it("cannot touch a prototype", async () => {
    const body =
      '0{"__proto__":{"polluted":1},"constructor":1,"sid":"a","upgrades":[],"pingInterval":1000,"pingTimeout":1000}';
    const { uri } = await startEvil({ gets: [body] });
    expect((await meet(uri, POLLING, isOpen)).end).toBe("alive");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("cannot break out of the query by its sid", async () => {
    const { uri, requests } = await startEvil({ gets: [openPacket({ sid: "a&EIO=3#\r\nX: y" })] });
    await meet(uri, POLLING, () => requests.length > 1);
    expect(requests[1]?.url).toContain("&sid=a%26EIO%3D3%23%0D%0AX%3A%20y");
  });
});

describe("an answer of HTTP", () => {
  const rows: [title: string, evil: Evil, description?: number][] = [
    ["500", { gets: [status(500)] }, 500],
    ["204 without a body", { gets: [status(204)] }, 204],
    ["400 in the middle", { gets: [openPacket(), status(400)] }, 400],
    ["a redirect to nowhere", { gets: [status(302)] }, 302],
    ["a redirect to a file", { gets: [status(302, { location: "file:///etc/passwd" })] }, 302],
    ["a redirect that is no URL", { gets: [status(302, { location: "http://" })] }, 302],
    ["redirects without end", { gets: Array.from({ length: 50 }, () => status(302, { location: "/x" })) }, 302],
    ["a cut connection", { gets: [(request) => request.socket.destroy()] }],
    [
      "a body that ends half-way",
      {
        gets: [
          (request, response) => {
            response.writeHead(200, { "content-length": 500 }).write(openPacket());
            setTimeout(() => request.socket.destroy(), 10);
          },
        ],
      },
    ],
    ["another protocol", { gets: [(request) => request.socket.end("SSH-2.0-x\r\n")] }],
    [
      "headers without end",
      { gets: [(request) => request.socket.end(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(200_000)}`)] },
    ],
    [
      "two lengths",
      {
        gets: [(request) => request.socket.end("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab")],
      },
    ],
    [
      "a chunk of no size",
      { gets: [(request) => request.socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")] },
    ],
    [
      "101 to a poll",
      { gets: [(request) => request.socket.write("HTTP/1.1 101 x\r\nupgrade: y\r\nconnection: upgrade\r\n\r\n")] },
    ],
    ["a body above the limit", { gets: [openPacket(), "4".repeat(5000)] }],
    [
      "a body without end",
      {
        gets: [
          (request, response) => {
            const timer = setInterval(() => response.write("4".repeat(1000)), 1);
            request.socket.on("close", () => clearInterval(timer));
          },
        ],
      },
    ],
    ["half an answer, then silence", { gets: [(_request, response) => void response.write("0{")] }],
    ["silence", { gets: [() => {}] }],
  ];
  it.each(rows)("%s", async (_title, evil, description = 0) => {
    const { uri } = await startEvil(evil);
    // What has a status needs no timeout to end.
    const options = { ...POLLING, maxPayload: 4000, requestTimeout: description ? 0 : 300 };
    const outcome = await meet(uri, options);
    expect(outcome).toMatchObject({ end: "transport error", error: "xhr poll error", description });
    expect(outcome.socket.readyState).toBe("closed");
    // fetch refuses some of these itself; that the session ends is what matters.
    const again = await startEvil(evil);
    expect((await meet(again.uri, { ...options, transports: [Fetch] })).end).toBe("transport error");
  });

  it("compressed without being asked is garbage, not a bomb", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, "0"));
    const { uri } = await startEvil({
      gets: [(_request, response) => response.setHeader("content-encoding", "gzip").end(bomb)],
    });
    const before = process.memoryUsage().rss;
    expect(await meet(uri, POLLING)).toMatchObject({ end: "transport error" });
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
  });

  const posts: [title: string, post: Answer][] = [
    ["500", status(500)],
    ["a redirect that would lose the body", status(302, { location: "/" })],
    ["silence", () => {}],
    ["a cut connection", (request) => request.socket.destroy()],
    ["half an answer", (_request, response) => void response.writeHead(200, { "content-length": 9 }).write("o")],
  ];
  it.each(posts)("a POST: %s", async (_title, post) => {
    const { uri } = await startEvil({ gets: [`${openPacket()}\x1e2`], post });
    expect(await meet(uri, { ...POLLING, requestTimeout: 200 })).toMatchObject({
      end: "transport error",
      error: "xhr post error",
    });
  });
});

describe("redirects", () => {
  it("take headers and cookies along on the same origin only", async () => {
    const other = await startEvil({ gets: [openPacket(), "4hi"] });
    const evil = await startEvil({
      gets: [
        (_request, response) => response.writeHead(307, { location: "/same" }).end(),
        (_request, response) =>
          response.writeHead(302, { location: `${other.uri}/foreign`, "set-cookie": "late=1" }).end(),
      ],
    });
    const options = {
      ...POLLING,
      withCredentials: true,
      extraHeaders: { Authorization: "secret", Cookie: "s=1", "X-Key": "k" },
    };
    await meet(evil.uri, options, isOpen);
    expect(evil.requests.map(({ headers }) => headers["x-key"])).toContain("k");
    expect(evil.requests[1]?.headers).toMatchObject({ authorization: "secret", cookie: "s=1", "x-key": "k" });
    expect(other.requests.length).toBeGreaterThan(0);
    for (const { headers } of other.requests) {
      expect(Object.keys(headers).toSorted()).toEqual(["accept", "connection", "host", "user-agent"]);
    }
  });

  it("with fetch are refused when there are headers to lose", async () => {
    const other = await startEvil({});
    const evil = await startEvil({ gets: [status(302, { location: other.uri })] });
    const outcome = await meet(evil.uri, { transports: [Fetch], extraHeaders: { "X-Key": "k" } });
    expect(outcome).toMatchObject({ end: "transport error", error: "fetch read error" });
    expect(other.requests).toHaveLength(0);
  });
});

describe("what a server can make a client keep", () => {
  it("is 50 cookies of 4096 characters", async () => {
    const cookies = Array.from({ length: 5000 }, (_unused, i) => `c${i}=${"x".repeat(40)}`);
    const { uri, requests } = await startEvil({
      gets: [
        (_request, response) =>
          response.setHeader("set-cookie", ["big=" + "y".repeat(5000), ...cookies.slice(0, 200)]).end(openPacket()),
      ],
    });
    await meet(uri, { ...POLLING, withCredentials: true }, () => requests.length > 1);
    expect(requests[1]?.headers.cookie?.split("; ")).toHaveLength(50);
  });

  it("is no connection after close, whatever it answers to the last POST", async () => {
    const { uri, requests } = await startEvil({ post: status(500) });
    const { socket } = await meet(uri, POLLING, () => requests.length > 1);
    const poll = requests.at(-1);
    socket.close();
    await once(poll?.socket as object as NodeJS.EventEmitter, "close");
    expect(socket.readyState).toBe("closed");
  });
});

it("a port that talks first is refused", async () => {
  const server = createServer((socket) => socket.on("error", () => {}).end("220 mail.example ESMTP\r\n")).listen(
    0,
    "127.0.0.1",
  );
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await meet(uri, POLLING)).toMatchObject({ end: "transport error", error: "xhr poll error" });
});
