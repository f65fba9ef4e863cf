/** Where a limit is proven: an attack of the hostile suite, or a test by the text of its title. */
export type Proof = { readonly attack: string } | { readonly file: string; readonly title: string };

/** A bound on what a peer can make us hold or do. */
export interface Limit {
  /** Name of the option; in parentheses for a limit that is none. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** File that holds the default, and its line there, whose last expression is the value. */
  readonly code: { readonly file: string; readonly text: string };
  /** What is bounded. */
  readonly bounds: string;
  /** What the peer sees beyond it. */
  readonly peerSees: string;
  readonly proof: Proof;
}

const SERVER = "packages/server/src";
const ENGINE = "packages/engine/src";
const WEBSOCKET = "packages/websocket/src";
const ADAPTER = "packages/adapter/src";
const CLIENT = "packages/client/src";

const attack = (name: string): Proof => ({ attack: name });
const test = (file: string, title: string): Proof => ({ file, title });

export const limits: Readonly<Record<string, readonly Limit[]>> = {
  "Server: bytes and packets": [
    {
      name: "maxHttpBufferSize",
      value: 1_000_000,
      unit: "bytes",
      code: { file: `${ENGINE}/options.ts`, text: "const DEFAULT_MAX_HTTP_BUFFER_BYTES = 1e6" },
      bounds: "one request body, one WebSocket message (inflated, over all fragments)",
      peerSees: "413 and the end of the connection; close code 1009",
      proof: attack("chunked POST beyond the limit"),
    },
    {
      name: "maxPayloadPackets",
      value: 131_072,
      unit: "packets",
      code: { file: `${ENGINE}/options.ts`, text: "maxPayloadPackets: 131_072" },
      bounds: "packets in one request body",
      peerSees: "400, the session ends",
      proof: attack("payload of 500,000 noops"),
    },
    {
      name: "maxBufferedAmount",
      value: 16_000_000,
      unit: "bytes",
      code: {
        file: `${ENGINE}/options.ts`,
        text: "16 * Math.max(options.maxHttpBufferSize, DEFAULT_MAX_HTTP_BUFFER_BYTES)",
      },
      bounds: "what waits for one peer, in all queues; one message may come on top",
      peerSees: "the connection is destroyed",
      proof: attack("websocket that does not read what it asked for"),
    },
    {
      name: "maxAttachments",
      value: 10,
      unit: "attachments",
      code: { file: `${SERVER}/limits.ts`, text: 'read("maxAttachments", 10' },
      bounds: "binary values of one packet",
      peerSees: "the session ends",
      proof: attack("attachment count of 11 (websocket)"),
    },
    {
      name: "maxAttachmentBytes",
      value: 1_000_000,
      unit: "bytes",
      code: { file: `${SERVER}/limits.ts`, text: 'read("maxAttachmentBytes", options.maxHttpBufferSize ?? 1_000_000' },
      bounds: "attachments of one packet together",
      peerSees: "the session ends",
      proof: attack("attachments beyond the limit together"),
    },
    {
      name: "maxEventArguments",
      value: 1_000,
      unit: "arguments",
      code: { file: `${SERVER}/limits.ts`, text: 'read("maxEventArguments", 1000' },
      bounds: "arguments of one event or acknowledgement",
      peerSees: "the session ends",
      proof: attack("1,001 arguments (websocket)"),
    },
    {
      name: "maxNestingDepth",
      value: 512,
      unit: "levels",
      code: { file: `${SERVER}/limits.ts`, text: 'read("maxNestingDepth", 512' },
      bounds: "arrays and objects inside each other",
      peerSees: "the session ends",
      proof: attack("arrays 513 deep (polling)"),
    },
  ],
  "Server: sessions and namespaces": [
    {
      name: "maxNamespacesPerConnection",
      value: 1_000,
      unit: "namespaces",
      code: { file: `${SERVER}/limits.ts`, text: 'read("maxNamespacesPerConnection", 1000' },
      bounds: "namespaces of one connection, joined or being joined",
      peerSees: "`connect_error`",
      proof: attack("1,500 namespaces joined by one connection"),
    },
    {
      name: "maxPendingConnects",
      value: 100,
      unit: "packets",
      code: { file: `${SERVER}/limits.ts`, text: 'read("maxPendingConnects", 100' },
      bounds: "CONNECT packets of one connection without an answer",
      peerSees: "`connect_error`",
      proof: attack("more pending CONNECTs than allowed"),
    },
    {
      name: "connectTimeout",
      value: 45_000,
      unit: "ms",
      code: { file: `${SERVER}/server.ts`, text: "const DEFAULT_CONNECT_TIMEOUT_MS = 45_000" },
      bounds: "time to join a first namespace",
      peerSees: "the session ends",
      proof: attack("sessions which join nothing are ended"),
    },
    {
      name: "pingInterval",
      value: 25_000,
      unit: "ms",
      code: { file: `${ENGINE}/options.ts`, text: "pingInterval: 25_000" },
      bounds: "time between heartbeats",
      peerSees: "a ping",
      proof: attack("sessions which never answer a ping are ended"),
    },
    {
      name: "pingTimeout",
      value: 20_000,
      unit: "ms",
      code: { file: `${ENGINE}/options.ts`, text: "pingTimeout: 20_000" },
      bounds: "time to answer a ping; any other packet extends it once",
      peerSees: "the session ends",
      proof: attack("events in the place of pongs"),
    },
    {
      name: "upgradeTimeout",
      value: 10_000,
      unit: "ms",
      code: { file: `${ENGINE}/options.ts`, text: "upgradeTimeout: 10_000" },
      bounds: "time for an upgrade; one candidate at a time",
      peerSees: "the candidate is closed, the session goes on",
      proof: attack("candidate that probes and never upgrades"),
    },
    {
      name: "destroyUpgradeTimeout",
      value: 1_000,
      unit: "ms",
      code: { file: `${ENGINE}/foreign-upgrade.ts`, text: "const DEFAULT_TIMEOUT_MS = 1000" },
      bounds: "upgrades on paths of nobody",
      peerSees: "FIN",
      proof: attack("upgrade on a path of nobody"),
    },
    {
      name: "(last reply)",
      value: 30_000,
      unit: "ms",
      code: { file: `${ENGINE}/transports/polling.ts`, text: "const CLOSE_TIMEOUT_MS = 30_000" },
      bounds: "time in which a peer must fetch the end of its session, and read the last reply",
      peerSees: "the connection is destroyed",
      proof: test("packages/engine/test/broken-lines.test.ts", "ends the connection of a reply which is not read"),
    },
    {
      name: "(refused body)",
      value: 500,
      unit: "ms",
      code: { file: `${ENGINE}/linger.ts`, text: "const LINGER_MS = 500" },
      bounds: "time to read a 413 before the connection is destroyed; the body is not read on",
      peerSees: "the connection ends",
      proof: attack("POST which announces more than the limit"),
    },
  ],
  "Server: connection state recovery, for each namespace": [
    {
      name: "maxDisconnectionDuration",
      value: 120_000,
      unit: "ms",
      code: { file: `${SERVER}/server.ts`, text: "maxDisconnectionDuration: 120_000" },
      bounds: "how long sessions and packets are kept",
      peerSees: "a new session",
      proof: test("packages/adapter/src/session-store.test.ts", "lets sessions go by age"),
    },
    {
      name: "maxLogBytes",
      value: 67_108_864,
      unit: "bytes",
      code: { file: `${ADAPTER}/session-aware-adapter.ts`, text: "maxBytes: options.maxLogBytes ?? 67_108_864" },
      bounds: "logged packets, 256 bytes added to each",
      peerSees: "a new session when a packet it missed is gone",
      proof: attack("packets logged for those who may come back"),
    },
    {
      name: "maxLogPackets",
      value: 100_000,
      unit: "packets",
      code: { file: `${ADAPTER}/session-aware-adapter.ts`, text: "maxPackets: options.maxLogPackets ?? 100_000" },
      bounds: "logged packets",
      peerSees: "a new session when a packet it missed is gone",
      proof: test("packages/adapter/src/packet-log.test.ts", "keeps the newest packets %s"),
    },
    {
      name: "maxSessions",
      value: 100_000,
      unit: "sessions",
      code: { file: `${ADAPTER}/session-aware-adapter.ts`, text: "options.maxSessions ?? 100_000" },
      bounds: "sessions without a connection",
      peerSees: "a new session, the oldest first",
      proof: test("packages/adapter/src/session-store.test.ts", "keeps the newest sessions: %d"),
    },
  ],
  "WebSocket, server and client": [
    {
      name: "maxPayload",
      value: 104_857_600,
      unit: "bytes",
      code: { file: `${WEBSOCKET}/node/options.ts`, text: "DEFAULT_MAX_PAYLOAD_BYTES: number = 100 * 1024 * 1024" },
      bounds: "one message, inflated, over all fragments; the engine passes `maxHttpBufferSize`",
      peerSees: "close code 1009",
      proof: attack("fragments that exceed the limit together"),
    },
    {
      name: "closeTimeout",
      value: 30_000,
      unit: "ms",
      code: { file: `${WEBSOCKET}/node/options.ts`, text: "DEFAULT_CLOSE_TIMEOUT_MS = 30_000" },
      bounds: "the closing handshake",
      peerSees: "the connection is destroyed",
      proof: test("packages/websocket/test/websocket.test.ts", "destroys the socket of a peer that does not answer"),
    },
    {
      name: "admissionTimeout",
      value: 30_000,
      unit: "ms",
      code: { file: `${WEBSOCKET}/node/server-options.ts`, text: "DEFAULT_ADMISSION_TIMEOUT_MS = 30_000" },
      bounds: "time an asynchronous `verifyClient` may take",
      peerSees: "503",
      proof: test("packages/websocket/test/websocket-server.test.ts", "admissionTimeout: 10"),
    },
    {
      name: "maxConnections",
      value: 0,
      unit: "(none)",
      code: { file: `${WEBSOCKET}/node/websocket-server.ts`, text: "options.maxConnections ?? 0" },
      bounds: "connections of a server, with those that wait for `verifyClient`; off by default",
      peerSees: "503",
      proof: test("packages/websocket/test/limits.test.ts", "maxConnections: more get 503"),
    },
    {
      name: "maxPendingAdmissions",
      value: 0,
      unit: "(none)",
      code: { file: `${WEBSOCKET}/node/websocket-server.ts`, text: "options.maxPendingAdmissions ?? 0" },
      bounds: "requests that wait for an asynchronous `verifyClient`; off by default",
      peerSees: "503",
      proof: test("packages/websocket/test/limits.test.ts", "maxPendingAdmissions: bounds those"),
    },
    {
      name: "maxBufferedAmount",
      value: 0,
      unit: "(none)",
      code: { file: `${WEBSOCKET}/node/websocket.ts`, text: "given.maxBufferedAmount ?? 0" },
      bounds: "bytes that wait for a peer; off by default, the engine has its own",
      peerSees: "the connection is destroyed",
      proof: test("packages/websocket/test/limits.test.ts", "ends the connection of a peer that does not read"),
    },
    {
      name: "(control frame)",
      value: 125,
      unit: "bytes",
      code: { file: `${WEBSOCKET}/core/frame-parser.ts`, text: "const MAX_CONTROL_PAYLOAD_BYTES = 125" },
      bounds: "payload of a control frame (RFC 6455 §5.5)",
      peerSees: "close code 1002",
      proof: attack("ping of 126 bytes"),
    },
    {
      name: "(final blocks)",
      value: 64,
      unit: "blocks",
      code: { file: `${WEBSOCKET}/node/inflate-run.ts`, text: "const MAX_STREAMS = 64" },
      bounds: "DEFLATE streams in one compressed message",
      peerSees: "close code 1007",
      proof: test("packages/websocket/src/node/compression.test.ts", "final blocks"),
    },
    {
      name: "concurrencyLimit",
      value: 10,
      unit: "jobs",
      code: { file: `${WEBSOCKET}/node/zlib-pool.ts`, text: "const DEFAULT_CONCURRENCY = 10" },
      bounds: "zlib jobs at a time in the process",
      peerSees: "nothing: messages wait",
      proof: attack("20 bombs of 50 MB at once"),
    },
  ],
  Client: [
    {
      name: "(response body)",
      value: 104_857_600,
      unit: "bytes",
      code: { file: `${CLIENT}/engine/node/http-request.ts`, text: "const MAX_BODY_BYTES = 100 * 1024 * 1024" },
      bounds: "one response of a server in Node; `maxPayload` lowers it",
      peerSees: "the request is aborted",
      proof: test("e2e/malicious-server/polling.test.ts", "a body above the limit"),
    },
    {
      name: "(redirects)",
      value: 5,
      unit: "redirects",
      code: { file: `${CLIENT}/engine/node/http-request.ts`, text: "const MAX_REDIRECTS = 5" },
      bounds: "redirects followed in Node; credentials stay at home",
      peerSees: "no further request",
      proof: test("e2e/malicious-server/polling.test.ts", "redirects without end"),
    },
    {
      name: "(cookies)",
      value: 50,
      unit: "cookies",
      code: { file: `${CLIENT}/engine/node/cookie-jar.ts`, text: "const MAX_COOKIES = 50" },
      bounds: "cookies kept of one server in Node, of 4,096 characters each",
      peerSees: "the others are not sent back",
      proof: test("e2e/malicious-server/polling.test.ts", "is 50 cookies of 4096 characters"),
    },
    {
      name: "(arguments)",
      value: 1_000,
      unit: "arguments",
      code: { file: `${CLIENT}/bare-manager.ts`, text: "const MAX_ARGUMENTS = 1000" },
      bounds: "arguments of one event or acknowledgement",
      peerSees: "the client ends the connection, and comes back",
      proof: test("e2e/malicious-server/socketio.test.ts", "one argument too many"),
    },
    {
      name: "(nesting)",
      value: 512,
      unit: "levels",
      code: { file: `${CLIENT}/core/attachments.ts`, text: "MAX_DEPTH = 512" },
      bounds: "arrays and objects inside each other",
      peerSees: "the client ends the connection, and comes back",
      proof: test("e2e/malicious-server/socketio.test.ts", "deep objects"),
    },
  ],
};
