/**
 * Published advisories of the field by class, and the attacks of this suite, or the tests elsewhere, which try the same on
 * our server or client. A title with a path names a test file; `*` stands for any text.
 */
export const advisories: readonly {
  readonly ids: readonly string[];
  readonly class: string;
  readonly proofs: readonly string[];
}[] = [
  // socket.io, engine.io, their parsers and clients
  { ids: ["CVE-2017-16031"], class: "guessable session ids", proofs: ["guessing session ids"] },
  {
    ids: ["CVE-2016-10536", "CVE-2021-31597", "CVE-2020-15133", "CVE-2020-15134"],
    class: "TLS not verified by a client",
    proofs: ["e2e/hostile/tls.test.ts"],
  },
  {
    ids: ["CVE-2020-28481"],
    class: "CORS open by default",
    proofs: ["polling by a foreign page without cors", "preflight without cors"],
  },
  {
    ids: ["CVE-2020-36048"],
    class: "body and buffer exhaustion by POST",
    proofs: [
      "POST which announces more than the limit",
      "chunked POST beyond the limit",
      "payload of a million separators",
    ],
  },
  {
    ids: ["CVE-2020-36049"],
    class: "memory by large packets",
    proofs: ["array of 400,000 numbers", "namespace of 900,000 characters"],
  },
  {
    ids: ["CVE-2022-21676", "CVE-2023-31125"],
    class: "crafted request, uncaught exception",
    proofs: ["session id that is no percent-encoding", "binary POST in protocol v4", "v3: *"],
  },
  {
    ids: ["CVE-2022-2421"],
    class: "placeholder index type",
    proofs: ["placeholder index as a string (websocket)", "placeholder index named like a method (polling)"],
  },
  {
    ids: ["CVE-2022-41940"],
    class: "reset during an upgrade",
    proofs: [
      "reset right after the upgrade request",
      "reset while allowRequest decides on an upgrade",
      "reset on an upgrade to a path of nobody",
    ],
  },
  {
    ids: ["CVE-2023-32695"],
    class: "event name of a wrong type",
    proofs: ["event named by an object (websocket)", "event named by an array (polling)"],
  },
  { ids: ["CVE-2024-38355"], class: "`error` event without listener", proofs: ["event named error (websocket)"] },
  {
    ids: ["CVE-2026-33151", "CVE-2026-69185"],
    class: "unbounded attachments",
    proofs: [
      "attachment count of 1,000,000 (websocket)",
      "attachment count of 11 (websocket)",
      "attachments beyond the limit together",
    ],
  },
  {
    ids: ["CVE-2026-59724", "CVE-2026-102600"],
    class: "`__proto__` as session id",
    proofs: ["__proto__ as session id"],
  },
  { ids: ["CVE-2026-59725"], class: "binary POST never answered", proofs: ["binary POST in protocol v4"] },
  {
    ids: ["CVE-2026-102599"],
    class: "revision changed at the upgrade",
    proofs: ["session of polling upgraded in another revision", "v3: upgrade of a v3 session in v4"],
  },
  {
    ids: ["CVE-2020-28502"],
    class: "code injection in the client's sync mode",
    proofs: ["e2e/malicious-server/polling.test.ts"],
  },
  // WebSocket libraries
  {
    ids: ["CVE-2016-10518", "CVE-2026-45736"],
    class: "memory disclosed by ping or close",
    proofs: ["packages/websocket/src/core/close-payload.test.ts", "packages/websocket/src/core/message-sender.test.ts"],
  },
  { ids: ["CVE-2016-10542"], class: "no message limit", proofs: ["length beyond the limit, no payload"] },
  {
    ids: ["GHSA-5v72-xg48-5rpm"],
    class: "prototype names in Sec-WebSocket-Extensions",
    proofs: ["__proto__ as WebSocket extension and its parameter"],
  },
  {
    ids: ["CVE-2021-32640"],
    class: "ReDoS in Sec-WebSocket-Protocol",
    proofs: ["14 kB of blanks in the subprotocols"],
  },
  { ids: ["CVE-2024-37890"], class: "many headers hide Upgrade", proofs: ["3,000 headers in front of Upgrade"] },
  {
    ids: ["CVE-2026-48779", "CVE-2026-62389", "CVE-2026-42786"],
    class: "tiny fragments and chunks",
    proofs: ["half a million fragments of one byte", "message byte by byte"],
  },
  { ids: ["ws 8.23.0", "CVE-2026-11586"], class: "pongs pile up", proofs: ["pings of a peer that does not read"] },
  {
    ids: ["CVE-2020-7662", "CVE-2020-7663"],
    class: "ReDoS in Sec-WebSocket-Extensions",
    proofs: ["14 kB of blanks in the extensions", "14 kB of backslashes in a quoted parameter"],
  },
  { ids: ["CVE-2016-10544"], class: "inflated past the string limit", proofs: ["bomb of 100 MB in 100 kB"] },
  {
    ids: ["CVE-2020-36406", "OSV-2020-1694"],
    class: "topics and rooms under churn",
    proofs: ["20,000 rooms joined and left"],
  },
  {
    ids: ["CVE-2021-45945"],
    class: "HTTP parser",
    proofs: ["garbage in place of a request line", "10,000 query parameters"],
  },
  {
    ids: ["CVE-2026-1526"],
    class: "unbounded inflate in a client",
    proofs: ["e2e/malicious-server/websocket.test.ts"],
  },
  {
    ids: ["CVE-2026-2229"],
    class: "window bits out of range",
    proofs: ["server_max_window_bits=99", "server_max_window_bits=7"],
  },
  {
    ids: ["CVE-2026-9675"],
    class: "limit per frame, not per message",
    proofs: ["fragments that exceed the limit together", "bomb in fragments"],
  },
  { ids: ["CVE-2026-12151"], class: "many empty continuation frames", proofs: ["a million empty fragments"] },
  {
    ids: ["GHSA-3wwx-pv8p-q78v"],
    class: "malformed deflate block past the limit",
    proofs: ["garbage behind the limit"],
  },
  {
    ids: ["CVE-2026-22036"],
    class: "long Content-Encoding chains",
    proofs: ["compressed POST", "client file with hostile Accept-Encoding"],
  },
  {
    ids: ["CVE-2026-50161"],
    class: "integer overflow in a frame length",
    proofs: ["length of 2^53", "length with the top bit"],
  },
  // Frameworks
  {
    ids: ["CVE-2026-32689"],
    class: "amplification of separators",
    proofs: ["payload of a million separators", "payload of 500,000 noops"],
  },
  {
    ids: ["CVE-2026-45591"],
    class: "deep nesting overflows the stack",
    proofs: ["arrays 100,000 deep (websocket)", "auth 100,000 deep (polling)"],
  },
  {
    ids: ["CVE-2026-56170"],
    class: "reconnection used against others",
    proofs: ["public id as pid", "late end of the old line does not harm the new one"],
  },
  {
    ids: ["CVE-2026-114147"],
    class: "other spelling of a group leaves subscriptions",
    proofs: ['room "__proto__"', 'namespace with "%2f"'],
  },
  {
    ids: ["CVE-2024-21386", "CVE-2026-70159", "CVE-2026-96236"],
    class: "denial of service, details unknown",
    proofs: ["500 open and silent websockets", "sessions opened and closed 300 times"],
  },
  {
    ids: ["CVE-2026-40879"],
    class: "recursion per small message",
    proofs: ["20,000 events nobody listens to", "20,000 noops"],
  },
  {
    ids: ["CVE-2023-30591"],
    class: "event name is an array or object",
    proofs: ["event named by an array (websocket)", "event named by an object (polling)"],
  },
  {
    ids: ["CVE-2026-44211"],
    class: "cross-site WebSocket hijacking",
    proofs: ["upgrade by a page of https://evil.example", "upgrade by a page of http://victim.example"],
  },
  {
    ids: ["GHSA-c4j6-fc7j-m34r"],
    class: "upgrades skip the checks of requests",
    proofs: ["upgrade which a middleware answers", "upgrade while allowRequest says slow-no"],
  },
  { ids: ["CVE-2024-22019"], class: "endless chunk extensions", proofs: ["endless chunk extensions"] },
  // Public issues without an advisory
  {
    ids: ["engine.io#420"],
    class: "write buffer without a bound",
    proofs: ["websocket that does not read what it asked for", "polling that asks for more than it fetches"],
  },
  {
    ids: ["socket.io#3564"],
    class: "reset during an upgrade on another path",
    proofs: ["reset on an upgrade to a path of nobody"],
  },
  {
    ids: ["socket.io#4880"],
    class: "recovery works once; duplicate sessions",
    proofs: ["restored and lost 50 times", "session restored twice"],
  },
  {
    ids: ["socket.io#5282", "socket.io#5538"],
    class: "recovery without a recent event",
    proofs: ["packages/adapter/src/session-aware-adapter.test.ts"],
  },
  {
    ids: ["socket.io-parser#63", "socket.io#1665"],
    class: "stack overflow in the check for binary",
    proofs: ["depth in a binary event (websocket)", "objects 50,000 deep (websocket)"],
  },
];
