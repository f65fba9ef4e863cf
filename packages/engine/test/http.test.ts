import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { Socket } from "../src/index.js";
import {
  POLLING,
  UPGRADE_HEADERS,
  WEBSOCKET,
  dial,
  fetchRaw,
  only,
  openPolling,
  openWebSocket,
  start,
  until,
} from "./harness.js";

describe("handshake by long-polling", () => {
  it("answers with the open packet, its keys in order", async () => {
    const running = await start();
    const reply = await fetchRaw(running, POLLING);
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({
      "content-type": "text/plain; charset=UTF-8",
      "content-length": String(reply.body.length),
      "cache-control": "no-store",
    });
    expect(reply.body).toMatch(
      /^0\{"sid":"[\w-]{20}","upgrades":\["websocket"\],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000\}$/,
    );
    expect(Object.keys(running.engine.clients)).toEqual([only(running).id]);
    expect(running.engine.clientsCount).toBe(1);
  });

  it("frames the open packet for revision 3", async () => {
    const running = await start({ allowEIO3: true });
    const { body } = await fetchRaw(running, "/engine.io/?EIO=3&transport=polling");
    expect(body).toMatch(/^118:0\{"sid"/);
  });

  it("wraps replies into a script for j", async () => {
    const running = await start({ allowEIO3: true });
    const { body, headers } = await fetchRaw(running, "/engine.io/?EIO=3&transport=polling&j=1);evil(2");
    expect(body).toMatch(/^___eio\[12\]\("118:0\{\\"sid\\"/);
    expect(headers["content-type"]).toBe("text/plain; charset=UTF-8");
    const sid = only(running).id;
    const got: unknown[] = [];
    only(running).on("message", (data) => got.push(data));
    const post = await fetchRaw(running, `/engine.io/?EIO=3&transport=polling&j=1&sid=${sid}`, {
      method: "POST",
      body: `d=${encodeURIComponent("3:4\\n1")}`,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    });
    expect(post.body).toBe("ok");
    expect(got).toEqual(["\n1"]);
  });

  it("puts binary into a script as base64", async () => {
    const running = await start({ allowEIO3: true });
    const path = "/engine.io/?EIO=3&transport=polling&j=0";
    await fetchRaw(running, path);
    only(running).send(Buffer.from([255, 1]));
    const { body } = await fetchRaw(running, `${path}&sid=${only(running).id}`);
    expect(body).toBe('___eio[0]("6:b4/wE=");');
  });

  it.each([
    [true, "io=SID; Path=/; HttpOnly; SameSite=Lax"],
    [{ name: "woot" }, "woot=SID; Path=/; HttpOnly; SameSite=Lax"],
    [{ path: "/custom" }, "io=SID; Path=/custom; HttpOnly; SameSite=Lax"],
    [{ httpOnly: false }, "io=SID; Path=/; SameSite=Lax"],
    [{ path: false as never }, "io=SID; SameSite=Lax"],
    [{ path: "" }, "io=SID; HttpOnly; SameSite=Lax"],
    [{ path: null as never }, "io=SID; HttpOnly; SameSite=Lax"],
    [{ sameSite: "strict" as const }, "io=SID; Path=/; HttpOnly; SameSite=Strict"],
  ])("sets the cookie %j", async (cookie, expected) => {
    const running = await start({ cookie });
    const { headers } = await fetchRaw(running, POLLING);
    expect(headers["set-cookie"]).toEqual([expected.replace("SID", only(running).id)]);
  });

  it("shows its cookie to listeners as a list they may add to", async () => {
    const running = await start({ cookie: { name: "woot" } });
    running.engine.on("initial_headers", (headers: Record<string, string[]>) => headers["Set-Cookie"]?.push("a=b"));
    const { headers } = await fetchRaw(running, POLLING);
    expect(headers["set-cookie"]).toEqual([expect.stringMatching(/^woot=/), "a=b"]);
  });

  it.each([
    ["a string", () => "custom"],
    ["a promise", () => Promise.resolve("custom")],
    ["a number", () => 7],
    ["the promise of a number", () => Promise.resolve(7)],
  ])("takes %s from generateId", async (_title, generateId) => {
    const running = await start();
    running.engine.generateId = generateId as () => string;
    const { body } = await fetchRaw(running, POLLING);
    const { sid } = JSON.parse(body.slice(1)) as { sid: string };
    expect(sid).toBe(String(await generateId()));
    expect(running.engine.clients[sid]?.id).toBe(sid);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("nope");
      },
    ],
    ["rejects", () => Promise.reject(new Error("nope"))],
    ["gives nothing", () => undefined],
    ["gives null", () => null],
    ["promises nothing", () => Promise.resolve()],
    ["gives an object", () => ({})],
  ])("refuses when generateId %s", async (_title, generateId) => {
    const running = await start();
    running.engine.generateId = generateId as () => string;
    expect(await fetchRaw(running, POLLING)).toMatchObject({ status: 400, body: '{"code":3,"message":"Bad request"}' });
    expect(await fetchRaw(running, WEBSOCKET, { headers: UPGRADE_HEADERS })).toMatchObject({ status: 400 });
    expect(running.refusals).toEqual(["3 ID_GENERATION_ERROR", "3 ID_GENERATION_ERROR"]);
  });

  it("sends the initial packet with the handshake, and what listeners send in the next reply", async () => {
    const running = await start({ initialPacket: "faster!" });
    running.engine.on("connection", (session: Socket) => session.send("later"));
    const { body } = await fetchRaw(running, POLLING);
    expect(body.split("\x1e")).toEqual([expect.stringMatching(/^0\{.*\}$/), "4faster!"]);
    const sid = /"sid":"([^"]+)"/.exec(body)?.[1];
    expect((await fetchRaw(running, `${POLLING}&sid=${sid}`)).body).toBe("4later");
  });

  it.each([
    ["", true],
    ["&b64=", true],
    ["&b64=0", false],
    ["&b64=1", false],
  ])("takes %j for binary: %s", async (parameter, supportsBinary) => {
    const running = await start();
    await fetchRaw(running, POLLING + parameter);
    expect(only(running).transport.supportsBinary).toBe(supportsBinary);
  });

  it("leaves out what listeners copy into headers and no header may hold", async () => {
    const running = await start({ cookie: true });
    running.engine.on("headers", (headers, { _query: { name = "", value } }) => {
      headers[name] = value;
      headers["Set-Cookie"] = ["a=b", `c=${value}`];
    });
    for (const bad of [
      "name=x-a&value=a%0d%0aX-Evil:%201",
      "name=x-a&value=%E2%82%AC",
      "name=x%0d%0aa:b&value=a",
      "",
    ]) {
      const polling = await fetchRaw(running, `${POLLING}&${bad}`);
      expect(polling.status).toBe(200);
      expect(JSON.stringify(polling.headers)).not.toMatch(/evil|x-a|€/i);
      expect(polling.headers["set-cookie"]).toContain("a=b");
      const upgrade = await fetchRaw(running, `${WEBSOCKET}&${bad}`, { headers: UPGRADE_HEADERS });
      expect(upgrade.status).toBe(101);
      expect(JSON.stringify(upgrade.headers)).not.toMatch(/evil|x-a|€/i);
    }
  });

  it("lets listeners add headers, to the first reply and to every reply", async () => {
    const running = await start({ cookie: true });
    running.engine.on("initial_headers", (headers) => Object.assign(headers, { first: "1", "set-cookie": "a=b" }));
    running.engine.on("headers", (headers) => Object.assign(headers, { every: "1" }));
    const first = await fetchRaw(running, POLLING);
    expect(first.headers).toMatchObject({ first: "1", every: "1" });
    expect(first.headers["set-cookie"]).toHaveLength(2);
    const post = await fetchRaw(running, `${POLLING}&sid=${only(running).id}`, { method: "POST", body: "4a" });
    expect(post.headers).toMatchObject({ every: "1" });
    expect(post.headers["first"]).toBeUndefined();
    expect((await fetchRaw(running, WEBSOCKET, { headers: UPGRADE_HEADERS })).headers).toMatchObject({
      first: "1",
      every: "1",
    });
  });

  it.each([["Mozilla/4.0 (compatible;MSIE 8.0)"], ["Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0)"]])(
    "switches the XSS filter of %s off",
    async (userAgent) => {
      const running = await start();
      const { headers } = await fetchRaw(running, POLLING, { headers: { "User-Agent": userAgent } });
      expect(headers["x-xss-protection"]).toBe("0");
    },
  );
});

describe("refused requests", () => {
  const allowRequest = (req: { url?: string | undefined }, fn: (err: string | null, ok: boolean) => void): void =>
    fn(req.url?.includes("text") === true ? "thou shalt not pass" : null, req.url?.includes("deny") !== true);

  it.each([
    ["no transport", "/engine.io/?EIO=4", "GET", 400, 0, "Transport unknown"],
    ["an unknown transport", "/engine.io/?EIO=4&transport=tobi", "GET", 400, 0, "Transport unknown"],
    ["webtransport", "/engine.io/?EIO=4&transport=webtransport", "GET", 400, 0, "Transport unknown"],
    ["__proto__ as transport", "/engine.io/?EIO=4&transport=__proto__", "GET", 400, 0, "Transport unknown"],
    ["another path behind ours", "/engine.io/foo.js", "GET", 400, 0, "Transport unknown"],
    ["an unknown sid", `${POLLING}&sid=abc`, "GET", 400, 1, "Session ID unknown"],
    ["__proto__ as sid", `${POLLING}&sid=__proto__`, "GET", 400, 1, "Session ID unknown"],
    ["a handshake by POST", POLLING, "POST", 400, 2, "Bad handshake method"],
    ["a handshake by OPTIONS", POLLING, "OPTIONS", 400, 2, "Bad handshake method"],
    ["a handshake by DELETE", POLLING, "DELETE", 400, 2, "Bad handshake method"],
    ["websocket without upgrade", WEBSOCKET, "GET", 400, 3, "Bad request"],
    ["what allowRequest denies", `${POLLING}&deny`, "GET", 403, 4, "Forbidden"],
    ["what allowRequest denies with a text", `${POLLING}&deny&text`, "GET", 403, 4, "thou shalt not pass"],
    ["revision 3", "/engine.io/?EIO=3&transport=polling", "GET", 400, 5, "Unsupported protocol version"],
    ["no revision", "/engine.io/?transport=polling", "GET", 400, 5, "Unsupported protocol version"],
  ])("%s", async (_title, path, method, status, code, message) => {
    const running = await start({ allowRequest });
    const reply = await fetchRaw(running, path, { method });
    expect(reply).toMatchObject({ status, body: JSON.stringify({ code, message }) });
    expect(reply.headers["content-type"]).toBe("application/json");
    expect(running.refusals[0]).toMatch(new RegExp(`^${code}`));
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("oops");
      },
    ],
    ["rejects", () => Promise.reject(new Error("oops")) as unknown as void],
  ])("when allowRequest %s", async (_title, decide) => {
    const running = await start({ allowRequest: decide });
    expect(await fetchRaw(running, POLLING)).toMatchObject({ status: 403 });
    expect(await fetchRaw(running, WEBSOCKET, { headers: UPGRADE_HEADERS })).toMatchObject({ status: 400 });
  });

  it.each([null, false])("none when allowRequest is %s", async (allowNothing) => {
    const running = await start({ allowRequest: allowNothing as never });
    expect(await fetchRaw(running, POLLING)).toMatchObject({ status: 200 });
    expect(await fetchRaw(running, WEBSOCKET, { headers: UPGRADE_HEADERS })).toMatchObject({ status: 101 });
    running.engine.use((_req, _res, next) => next());
    expect(await fetchRaw(running, POLLING)).toMatchObject({ status: 200 });
  });

  it("with the text of the code when allowRequest gives an empty one", async () => {
    const running = await start({ allowRequest: (_req, fn) => fn("", false) });
    expect((await fetchRaw(running, POLLING)).body).toBe('{"code":4,"message":"Forbidden"}');
  });

  it("leaves other paths to the application", async () => {
    const running = await start();
    expect(await fetchRaw(running, "/other")).toMatchObject({ status: 404, body: "app" });
    expect(await fetchRaw(running, "/engine.io?EIO=4&transport=polling")).toMatchObject({ status: 404, body: "app" });
  });

  it("serves the path without slash when told so", async () => {
    const running = await start({ addTrailingSlash: false });
    expect(await fetchRaw(running, "/engine.io?EIO=4&transport=polling")).toMatchObject({ status: 200 });
  });

  it("serves several engines on one server", async () => {
    const running = await start();
    const other = await import("../src/index.js").then(({ attach }) => attach(running.http, { path: "/two" }));
    expect(await fetchRaw(running, "/two/?EIO=4&transport=polling")).toMatchObject({ status: 200 });
    expect(await fetchRaw(running, POLLING)).toMatchObject({ status: 200 });
    expect([running.engine.clientsCount, other.clientsCount]).toEqual([1, 1]);
  });
});

describe("stopAccepting", () => {
  it("refuses new sessions with 503, and lets the others go on and upgrade", async () => {
    const running = await start();
    const sid = await openPolling(running);
    running.engine.stopAccepting();
    for (const [path, headers] of [
      [POLLING, {}],
      [WEBSOCKET, UPGRADE_HEADERS],
    ] as const) {
      const { status, body } = await fetchRaw(running, path, { headers });
      expect([status, body]).toEqual([503, '{"code":3,"message":"Bad request"}']);
    }
    expect(running.refusals).toEqual(["3 SHUTTING_DOWN", "3 SHUTTING_DOWN"]);
    expect(await fetchRaw(running, `${POLLING}&sid=${sid}`, { method: "POST", body: "4a" })).toMatchObject({
      status: 200,
    });
    expect((await fetchRaw(running, `${WEBSOCKET}&sid=${sid}`, { headers: UPGRADE_HEADERS })).status).toBe(101);
    expect(running.engine.clientsCount).toBe(1);
  });
});

describe("requests of a session", () => {
  it("brings messages, and takes them away in one reply", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const path = `${POLLING}&sid=${sid}`;
    only(running).on("message", (data) => only(running).send(data));
    const post = await fetchRaw(running, path, { method: "POST", body: "4a\x1ebAQID\x1e4c" });
    expect(post).toMatchObject({ status: 200, body: "ok" });
    expect(post.headers).toMatchObject({
      "content-type": "text/html",
      "content-length": "2",
      "cache-control": "no-store",
    });
    expect((await fetchRaw(running, path)).body).toBe("4a\x1ebAQID\x1e4c");
  });

  it("answers a waiting poll once for all that one tick sends", async () => {
    const running = await start();
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const poll = fetchRaw(running, path);
    await until(() => only(running).transport.writable);
    for (const text of ["a", "b", "c"]) only(running).send(text);
    expect((await poll).body).toBe("4a\x1e4b\x1e4c");
  });

  it.each(["PUT", "DELETE", "OPTIONS", "PATCH"])("refuses %s with 405", async (method) => {
    const running = await start();
    const reply = await fetchRaw(running, `${POLLING}&sid=${await openPolling(running)}`, { method });
    expect(reply.status).toBe(405);
    expect(reply.headers["allow"]).toBe("GET, POST");
    expect(only(running).readyState).toBe("open");
  });

  it("answers a malformed POST with 400, after the packets before it", async () => {
    const running = await start();
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const log: unknown[] = [];
    only(running)
      .on("message", (data) => log.push(data))
      .on("close", (reason) => log.push(reason));
    expect(await fetchRaw(running, path, { method: "POST", body: "4a\x1eabc\x1e4b" })).toMatchObject({ status: 400 });
    expect(log).toEqual(["a", "parse error"]);
    expect(await fetchRaw(running, path)).toMatchObject({
      status: 400,
      body: '{"code":1,"message":"Session ID unknown"}',
    });
  });

  it("refuses more packets than allowed", async () => {
    const running = await start({ maxPayloadPackets: 3 });
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    expect(await fetchRaw(running, path, { method: "POST", body: "6\x1e6\x1e6" })).toMatchObject({ status: 200 });
    expect(await fetchRaw(running, path, { method: "POST", body: "6\x1e6\x1e6\x1e6" })).toMatchObject({ status: 400 });
  });

  it.each([
    ["announced", { "Content-Length": "11" }],
    ["chunked", { "Transfer-Encoding": "chunked" }],
  ])("answers a too long %s body with 413 and ends the session", async (_title, headers) => {
    const running = await start({ maxHttpBufferSize: 10 });
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    expect(await fetchRaw(running, path, { method: "POST", body: "4".repeat(10) })).toMatchObject({ status: 200 });
    const closed = once(only(running), "close");
    const reply = await fetchRaw(running, path, { method: "POST", body: "4".repeat(11), headers });
    expect(reply).toMatchObject({ status: 413, body: "" });
    expect(reply.headers["connection"]).toBe("close");
    expect(await closed).toMatchObject(["transport error", { message: "payload too large" }]);
  });

  it("tells a waiting poll that a too long body has ended the session", async () => {
    const running = await start({ maxHttpBufferSize: 10 });
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const poll = fetchRaw(running, path);
    await until(() => only(running).transport.writable);
    await fetchRaw(running, path, { method: "POST", body: "4".repeat(11) });
    expect(await poll).toMatchObject({ status: 200, body: "1" });
  });

  it("gives up on a body that does not arrive in time", async () => {
    const running = await start({ httpRequestBodyTimeout: 50 });
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const closed = once(only(running), "close");
    const socket = await dial(running);
    socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n4a`);
    expect(await closed).toMatchObject(["transport error", { message: "http request timeout" }]);
    await once(socket, "end");
    expect(socket.received()).toMatch(/^HTTP\/1\.1 408 [^]*Connection: close\r\n/);
    await until(() => socket.closed);
  });

  it("lets each body have its time, also pipelined", async () => {
    const running = await start({ httpRequestBodyTimeout: 100 });
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const socket = await dial(running);
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n4`;
    for (let i = 0; i < 4; i++) {
      socket.write(i === 0 ? head : `a${head}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    socket.write("a");
    await until(() => socket.received().split("\r\n\r\nok").length === 5);
    expect(only(running).readyState).toBe("open");
  });

  it("waits for a body for ever when told so", async () => {
    const running = await start({ httpRequestBodyTimeout: 0 });
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const socket = await dial(running);
    socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n4`);
    await new Promise((resolve) => setTimeout(resolve, 60));
    socket.write("a");
    await until(() => socket.received().endsWith("ok"));
  });

  it.each([
    ["413", "POST", "", /^HTTP\/1\.1 413 [^]*Content-Length: 0\r\n/],
    ["405", "PUT", "", /^HTTP\/1\.1 405 [^]*Allow: GET, POST\r\n/],
    ["400", "POST", "Content-Type: application/octet-stream\r\n", /^HTTP\/1\.1 400 /],
    ["400 of an unknown session", "POST", "", /^HTTP\/1\.1 400 [^]*"Session ID unknown"\}$/],
  ])("lets a peer that goes on sending read its %s", async (title, method, field, expected) => {
    const running = await start({ maxHttpBufferSize: 10 });
    const sid = title.includes("unknown") ? "unknown" : await openPolling(running);
    const socket = await dial(running);
    let error: unknown = null;
    socket.on("error", (cause) => (error = cause));
    socket.write(`${method} ${POLLING}&sid=${sid} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n${field}\r\n`);
    const chunk = Buffer.from(`10000\r\n${"4".repeat(0x10000)}\r\n`);
    while (socket.writableLength < 1_000_000) socket.write(chunk); // more than the connection takes
    await once(socket, "end"); // the server has said everything; no reset has overtaken it
    expect(error).toBe(null);
    expect(socket.received()).toMatch(expected);
    await until(() => socket.closed); // and does not read what still comes
  });

  it("refuses binary bodies in revision 4", async () => {
    const running = await start();
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const headers = { "Content-Type": "application/octet-stream" };
    expect(await fetchRaw(running, path, { method: "POST", body: "4a", headers })).toMatchObject({
      status: 400,
      body: "",
    });
    expect(only(running).readyState).toBe("closed");
  });

  it("carries binary in revision 3", async () => {
    const running = await start({ allowEIO3: true });
    const query = "/engine.io/?EIO=3&transport=polling";
    const path = `${query}&sid=${await openPolling(running, query)}`;
    only(running).on("message", (data) => only(running).send(data));
    const body = Buffer.from([1, 3, 255, 4, 7, 8]);
    const headers = { "Content-Type": "application/octet-stream" };
    expect((await fetchRaw(running, path, { method: "POST", body, headers })).body).toBe("ok");
    const reply = await fetchRaw(running, path);
    expect(reply.headers["content-type"]).toBe("application/octet-stream");
    expect((await fetchRaw(running, path, { method: "POST", body: "10:b4AQIDBA==" })).body).toBe("ok");
  });

  it("closes the session for a second poll", async () => {
    const running = await start();
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const closed = once(only(running), "close");
    const first = fetchRaw(running, path);
    await until(() => only(running).transport.writable);
    expect(await fetchRaw(running, path)).toMatchObject({ status: 400, body: "" });
    expect(await first).toMatchObject({ status: 200, body: "1" });
    const [reason, error] = await closed;
    expect([reason, error.message]).toEqual(["transport error", "overlap from client"]);
  });

  it("closes when the peer says so, and frees the waiting poll", async () => {
    const running = await start();
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const closed = once(only(running), "close");
    const poll = fetchRaw(running, path);
    await until(() => only(running).transport.writable);
    expect((await fetchRaw(running, path, { method: "POST", body: "1" })).body).toBe("ok");
    expect((await poll).body).toBe("6");
    expect((await closed)[0]).toBe("transport close");
  });

  it("says at the next poll that it was closed here", async () => {
    const running = await start();
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const closed = once(only(running), "close");
    only(running).close();
    expect(only(running).readyState).toBe("closing");
    expect((await fetchRaw(running, path)).body).toBe("6\x1e1");
    expect((await closed)[0]).toBe("forced close");
    expect(running.engine.clientsCount).toBe(0);
  });

  it("takes polling no more after an upgrade, and one upgrade only", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const peer = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    peer.socket.send("2probe");
    expect(await peer.next()).toBe("3probe");
    peer.socket.send("5");
    await until(() => only(running).upgraded);
    expect(await fetchRaw(running, `${POLLING}&sid=${sid}`)).toMatchObject({
      status: 400,
      body: '{"code":3,"message":"Bad request"}',
    });
    const second = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    expect(await second.closed).toBe(1005);
    only(running).send("still there");
    expect(await peer.next()).toBe("4still there");
  });
});

describe("compressed replies", () => {
  const gzip = { "Accept-Encoding": "gzip, deflate" };

  it.each([
    ["above the threshold", {}, 1024, gzip, "gzip"],
    ["in the order of the client", {}, 1024, { "Accept-Encoding": "deflate, gzip" }, "deflate"],
    ["below the threshold", {}, 100, gzip, undefined],
    ["with a threshold of 0", { httpCompression: { threshold: 0 } }, 10, gzip, "gzip"],
    ["when switched off", { httpCompression: false }, 1024, gzip, undefined],
    ["for a client that does not ask", {}, 1024, { "X-None": "1" }, undefined],
    ["for a client that knows brotli only", {}, 1024, { "Accept-Encoding": "br" }, undefined],
  ])("%s", async (_title, options, size, headers, encoding) => {
    const running = await start(options);
    const sid = await openPolling(running);
    only(running).send(Buffer.alloc(size));
    const reply = await fetchRaw(running, `${POLLING}&sid=${sid}`, { headers });
    expect(reply.headers["content-encoding"]).toBe(encoding);
    expect(reply.headers["content-length"] === undefined).toBe(encoding !== undefined);
  });

  it("not when the message does not want it", async () => {
    const running = await start();
    const sid = await openPolling(running);
    only(running).send("a".repeat(2000), { compress: false });
    expect((await fetchRaw(running, `${POLLING}&sid=${sid}`, { headers: gzip })).body).toHaveLength(2001);
  });
});

describe("CORS", () => {
  it("answers preflights and marks replies", async () => {
    const running = await start({ cors: { origin: true, credentials: true } });
    const headers = { Origin: "http://a.example" };
    const preflight = await fetchRaw(running, POLLING, { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers["access-control-allow-origin"]).toBe("http://a.example");
    const refused = await fetchRaw(running, WEBSOCKET, { headers });
    expect(refused.status).toBe(400);
    expect(refused.headers["access-control-allow-origin"]).toBe("http://a.example");
  });
});
