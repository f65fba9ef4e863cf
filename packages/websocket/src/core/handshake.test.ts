import { describe, expect, it } from "vitest";
import {
  acceptKey,
  judgeRequest,
  refusalResponse,
  serializeHead,
  upgradeHead,
  type RequestFacts,
} from "./handshake.js";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

const HEADERS: RequestFacts["headers"] = {
  host: "example.com",
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-key": KEY,
  "sec-websocket-version": "13",
};

function request(headers: RequestFacts["headers"] = {}, facts: Partial<RequestFacts> = {}): RequestFacts {
  return { method: "GET", httpVersion: "1.1", rawHeaders: [], ...facts, headers: { ...HEADERS, ...headers } };
}

describe("opening handshake of a server, RFC 6455 §4.2.1", () => {
  it("takes the request of the RFC", () => {
    const verdict = judgeRequest(
      request({ "sec-websocket-protocol": "chat, superchat", "sec-websocket-extensions": "permessage-deflate; a=1" }),
    );
    expect(verdict).toEqual({
      tag: "acceptable",
      key: KEY,
      subprotocols: new Set(["chat", "superchat"]),
      extensions: [{ name: "permessage-deflate", params: [{ name: "a", value: "1" }] }],
    });
  });

  it.each<[string, RequestFacts]>([
    ["tokens in any case", request({ upgrade: "WebSocket", connection: "keep-alive, uPgRaDe" })],
    ["websocket in a list", request({ upgrade: "h2c, websocket" })],
    ["a field in several parts", request({ connection: ["keep-alive", "Upgrade"] })],
    ["HTTP/2.0 as a version number", request({}, { httpVersion: "2.0" })],
    ["Content-Length: 0", request({ "content-length": "0" })],
    ["no subprotocol and no extension", request()],
    ["version 8", request({ "sec-websocket-version": "8" })],
    [
      "a request made by hand, without Host and with a number for a version",
      request({ host: undefined, "sec-websocket-version": 13 as unknown as string }, { rawHeaders: undefined }),
    ],
  ])("takes %s", (_title, facts) => {
    expect(judgeRequest(facts)).toMatchObject({ tag: "acceptable", key: KEY });
  });

  it.each<[string, RequestFacts, number, string]>([
    ["POST", request({}, { method: "POST" }), 405, "Invalid HTTP method"],
    ["no method", request({}, { method: undefined }), 405, "Invalid HTTP method"],
    ["HTTP/1.0", request({}, { httpVersion: "1.0" }), 400, "HTTP/1.1 or higher is required"],
    ["HTTP/0.9", request({}, { httpVersion: "0.9" }), 400, "HTTP/1.1 or higher is required"],
    ["no Host", request({ host: undefined }), 400, "Missing Host header"],
    ["no Upgrade", request({ upgrade: undefined }), 400, "Invalid Upgrade header"],
    ["another Upgrade", request({ upgrade: "h2c" }), 400, "Invalid Upgrade header"],
    ["Upgrade: websocketx", request({ upgrade: "websocketx" }), 400, "Invalid Upgrade header"],
    ["no Connection", request({ connection: undefined }), 400, "Invalid Connection header"],
    ["Connection without upgrade", request({ connection: "keep-alive" }), 400, "Invalid Connection header"],
    ["a body announced", request({ "content-length": "5" }), 400, "Unexpected request body"],
    ["a chunked body", request({ "transfer-encoding": "chunked" }), 400, "Unexpected request body"],
    ["no version", request({ "sec-websocket-version": undefined }), 426, BAD_VERSION()],
    ["an unknown version", request({ "sec-websocket-version": "14" }), 426, BAD_VERSION()],
    ["version 12", request({ "sec-websocket-version": "12" }), 426, BAD_VERSION()],
    ["two versions", request({ "sec-websocket-version": "13, 8" }), 426, BAD_VERSION()],
    ["an empty subprotocol", request({ "sec-websocket-protocol": "" }), 400, "Invalid Sec-WebSocket-Protocol header"],
    [
      "doubled subprotocols",
      request({ "sec-websocket-protocol": "a, a" }),
      400,
      "Invalid Sec-WebSocket-Protocol header",
    ],
    [
      "malformed extensions",
      request({ "sec-websocket-extensions": "a,,b" }),
      400,
      "Invalid or unacceptable Sec-WebSocket-Extensions header",
    ],
  ])("refuses %s", (_title, facts, status, message) => {
    expect(judgeRequest(facts)).toMatchObject({ tag: "refused", status, message });
  });

  it.each([
    undefined,
    "",
    "Zm9v",
    "dGhlIHNhbXBsZSBub25jZQ!!",
    "dGhlIHNhbXBsZSBub25jZTE=",
    "dGhlIHNhbXBsZSBub25jZQ",
    `${KEY}, AQIDBAUGBwgJCgsMDQ4PEA==`,
    `${KEY} `,
    `${KEY}\n`,
  ])("refuses the key %j", (key) => {
    expect(judgeRequest(request({ "sec-websocket-key": key }))).toMatchObject({
      status: 400,
      message: "Missing or invalid Sec-WebSocket-Key header",
    });
  });

  it("says which version it speaks, and which method", () => {
    expect(judgeRequest(request({ "sec-websocket-version": "7" }))).toMatchObject({
      headers: { "Sec-WebSocket-Version": "13" },
    });
    expect(judgeRequest(request({}, { method: "PUT" }))).toMatchObject({ headers: { Allow: "GET" } });
  });
});

describe("responses of a server, RFC 6455 §4.2.2", () => {
  it("computes the accept value of the RFC", () => {
    expect(acceptKey(KEY)).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  });

  it("writes the 101 head", () => {
    expect(serializeHead(upgradeHead(KEY, "", ""))).toBe(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
    );
    expect(upgradeHead(KEY, "chat", "permessage-deflate").slice(4)).toEqual([
      "Sec-WebSocket-Protocol: chat",
      "Sec-WebSocket-Extensions: permessage-deflate",
    ]);
  });

  it.each(["X: a\r\nY: b", "X: a\nb", "X: a\rb", "X: \0"])("does not let a line split the response: %j", (line) => {
    expect(() => serializeHead([...upgradeHead(KEY, "", ""), line])).toThrow(TypeError);
  });

  it("writes a refusal with its length and the end of the connection", () => {
    expect(refusalResponse({ status: 400, message: "é", headers: { "X-Why": "z" } }, "Bad Request")).toBe(
      "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: 2\r\nX-Why: z\r\n\r\né",
    );
  });

  it("names the upgrade of a 426 in Connection", () => {
    const verdict = judgeRequest(request({ "sec-websocket-version": "7" }));
    if (verdict.tag !== "refused") throw new Error("accepted");
    const response = refusalResponse(verdict, "Upgrade Required");
    expect(response).toContain("\r\nConnection: Upgrade, close\r\n");
    expect(response).toContain("\r\nUpgrade: websocket\r\n");
    expect(response).toContain("\r\nSec-WebSocket-Version: 13\r\n");
  });
});

function BAD_VERSION(): string {
  return "Missing or invalid Sec-WebSocket-Version header";
}
