import { describe, expect, it } from "vitest";
import { judgeResponse, type HandshakeOffer } from "./handshake-response.js";
import type { HeaderFacts } from "./handshake.js";

const offer: HandshakeOffer = { key: "dGhlIHNhbXBsZSBub25jZQ==", subprotocols: new Set(), perMessageDeflate: {} };
const asking: HandshakeOffer = { ...offer, subprotocols: new Set(["chat", "superchat"]) };
const plain: HandshakeOffer = { ...offer, perMessageDeflate: null };

function headers(more: HeaderFacts = {}): HeaderFacts {
  return {
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    ...more,
  };
}

describe("opening handshake of a client, RFC 6455 §4.1", () => {
  it.each<[string, HeaderFacts, HandshakeOffer, object]>([
    ["the plain answer", headers(), offer, { subprotocol: "", deflate: null }],
    ["any case and blanks", headers({ upgrade: " WebSocket ", connection: "upgrade" }), plain, { deflate: null }],
    ["upgrade in a list", headers({ connection: "keep-alive, Upgrade" }), plain, { deflate: null }],
    [
      "a subprotocol asked for",
      headers({ "sec-websocket-protocol": "superchat" }),
      asking,
      { subprotocol: "superchat" },
    ],
    [
      "compression",
      headers({ "sec-websocket-extensions": "permessage-deflate; server_max_window_bits=10" }),
      offer,
      { deflate: { serverMaxWindowBits: 10, serverNoContextTakeover: false } },
    ],
  ])("takes %s", (_title, fields, asked, expected) => {
    expect(judgeResponse(fields, asked)).toMatchObject({ tag: "accepted", ...expected });
  });

  const extensions = (value: string | string[]): HeaderFacts => headers({ "sec-websocket-extensions": value });
  const INVALID = /^Invalid Sec-WebSocket-Extensions header/;
  it.each<[string, HeaderFacts, HandshakeOffer, string | RegExp]>([
    ["no Upgrade", headers({ upgrade: undefined }), offer, "Invalid Upgrade header"],
    ["another Upgrade", headers({ upgrade: "h2c" }), offer, "Invalid Upgrade header"],
    ["several Upgrade fields", headers({ upgrade: ["websocket", "websocket"] }), offer, "Invalid Upgrade header"],
    ["no Connection", headers({ connection: undefined }), offer, "Invalid Connection header"],
    ["Connection: close", headers({ connection: "close" }), offer, "Invalid Connection header"],
    ["no accept value", headers({ "sec-websocket-accept": undefined }), offer, "Invalid Sec-WebSocket-Accept header"],
    ["a wrong accept value", headers({ "sec-websocket-accept": "x" }), offer, "Invalid Sec-WebSocket-Accept header"],
    [
      "a subprotocol for none",
      headers({ "sec-websocket-protocol": "chat" }),
      offer,
      "Server sent a subprotocol but none was requested",
    ],
    ["a foreign subprotocol", headers({ "sec-websocket-protocol": "x" }), asking, "Server sent an invalid subprotocol"],
    [
      "two subprotocols",
      headers({ "sec-websocket-protocol": ["chat", "chat"] }),
      asking,
      "Server sent an invalid subprotocol",
    ],
    ["no subprotocol", headers(), asking, "Server sent no subprotocol"],
    ["an extension for none", extensions("permessage-deflate"), plain, /no extension was requested$/],
    ["an unknown extension", extensions("x-unknown"), offer, "Server indicated an extension that was not requested"],
    ["an extension twice", extensions("permessage-deflate, permessage-deflate"), offer, /not requested$/],
    ["a malformed header", extensions("permessage-deflate;;"), offer, INVALID],
    ["a header in parts", extensions(["permessage-deflate", "x"]), offer, /not requested$/],
    ["illegal parameters", extensions("permessage-deflate; x=1"), offer, INVALID],
  ])("fails on %s", (_title, fields, asked, message) => {
    const result = judgeResponse(fields, asked);
    expect(result).toMatchObject({ tag: "failed", message: expect.stringMatching(message) });
  });
});
