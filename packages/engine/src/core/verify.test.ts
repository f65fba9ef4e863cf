import { describe, expect, it } from "vitest";
import { type RequestFacts, verifyProtocol, verifyRequest } from "./verify.js";

const policy = { transports: ["polling", "websocket"], allowEIO3: false };
const facts: RequestFacts = {
  method: "GET",
  transport: "polling",
  sid: undefined,
  protocol: 4,
  origin: undefined,
  isUpgrade: false,
};
const upgrade: RequestFacts = { ...facts, transport: "websocket", isUpgrade: true };
const session = { transport: "polling", protocol: 4, isUpgradable: true };

describe("request verification", () => {
  it.each([
    ["a handshake by polling", facts, undefined],
    ["a handshake by websocket", upgrade, undefined],
    ["a poll", { ...facts, sid: "a" }, session],
    ["any method of a session: the transport decides", { ...facts, sid: "a", method: "PUT" }, session],
    ["an upgrade", { ...upgrade, sid: "a" }, session],
    ["an empty sid as none", { ...facts, sid: "" }, undefined],
    ["an origin with a tab and latin1", { ...facts, origin: "http://\u00e9\t" }, undefined],
  ] as const)("accepts %s", (_title, request, known) => {
    expect(verifyRequest(request, known, policy)).toBeNull();
  });

  it.each([
    ["no transport", { ...facts, transport: undefined }, undefined, 0, { transport: undefined }],
    ["an unknown transport", { ...facts, transport: "tobi" }, undefined, 0, { transport: "tobi" }],
    [
      "a transport named like a method",
      { ...facts, transport: "constructor" },
      undefined,
      0,
      { transport: "constructor" },
    ],
    ["__proto__ as transport", { ...facts, transport: "__proto__" }, undefined, 0, { transport: "__proto__" }],
    ["webtransport by HTTP", { ...facts, transport: "webtransport" }, undefined, 0, { transport: "webtransport" }],
    ["an unknown sid", { ...facts, sid: "x" }, undefined, 1, { sid: "x" }],
    ["__proto__ as sid", { ...facts, sid: "__proto__" }, undefined, 1, { sid: "__proto__" }],
    ["a handshake by POST", { ...facts, method: "POST" }, undefined, 2, { method: "POST" }],
    ["a handshake by HEAD", { ...facts, method: "HEAD" }, undefined, 2, { method: "HEAD" }],
    ["a handshake by OPTIONS", { ...facts, method: "OPTIONS" }, undefined, 2, { method: "OPTIONS" }],
    [
      "a newline in the origin",
      { ...facts, origin: "http://a\n" },
      undefined,
      3,
      { name: "INVALID_ORIGIN", origin: "http://a\n" },
    ],
    ["DEL in the origin", { ...facts, origin: "\x7f" }, undefined, 3, { name: "INVALID_ORIGIN", origin: "\x7f" }],
    [
      "another transport than the session's",
      { ...facts, transport: "websocket", sid: "a" },
      session,
      3,
      { name: "TRANSPORT_MISMATCH", transport: "websocket", previousTransport: "polling" },
    ],
    [
      "polling after an upgrade",
      { ...facts, sid: "a" },
      { transport: "websocket", protocol: 4, isUpgradable: true },
      3,
      { name: "TRANSPORT_MISMATCH", transport: "polling", previousTransport: "websocket" },
    ],
    [
      "an upgrade of a session that began on websocket",
      { ...upgrade, sid: "a" },
      { transport: "websocket", protocol: 4, isUpgradable: false },
      3,
      { name: "TRANSPORT_MISMATCH", transport: "websocket", previousTransport: "websocket" },
    ],
    [
      "another revision than the session's",
      { ...facts, sid: "a", protocol: 3 },
      session,
      3,
      { name: "PROTOCOL_MISMATCH", protocol: 3, previousProtocol: 4 },
    ],
    [
      "another revision at the upgrade",
      { ...upgrade, sid: "a", protocol: 3 },
      session,
      3,
      { name: "PROTOCOL_MISMATCH", protocol: 3, previousProtocol: 4 },
    ],
    [
      "websocket without an upgrade",
      { ...facts, transport: "websocket" },
      undefined,
      3,
      { name: "TRANSPORT_HANDSHAKE_ERROR" },
    ],
    [
      "an upgrade to polling",
      { ...upgrade, transport: "polling" },
      undefined,
      3,
      { name: "TRANSPORT_HANDSHAKE_ERROR" },
    ],
  ] as const)("refuses %s", (_title, request, known, code, context) => {
    const error = verifyRequest(request, known, policy);
    expect(error).toMatchObject({ code });
    expect(error?.context).toEqual(context);
  });

  it("serves revision 3 only when allowed to", () => {
    expect(verifyProtocol(3, policy)).toMatchObject({ code: 5, context: { protocol: 3 } });
    expect(verifyProtocol(4, policy)).toBeNull();
    expect(verifyProtocol(3, { ...policy, allowEIO3: true })).toBeNull();
  });
});
