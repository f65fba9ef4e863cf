import { imitate } from "../support/imitate.mjs";

export const name = "clients of Solana, Polkadot, the XRP Ledger, Cosmos, Nostr, WalletConnect, Cube and libSQL, on ws";
export const packages = {
  "@solana/web3.js": "1.98.4",
  "@polkadot/rpc-provider": "16.5.6",
  xrpl: "5.3.0",
  "@cosmjs/socket": "0.39.0",
  "nostr-tools": "2.25.2",
  "@walletconnect/jsonrpc-ws-connection": "1.0.16",
  "@cubejs-client/ws-transport": "1.7.34",
  "@libsql/hrana-client": "0.10.0",
};
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  const checks = [
    checkSolana,
    checkPolkadot,
    checkXrpl,
    checkCosm,
    checkNostr,
    checkWalletConnect,
    checkCube,
    checkLibsql,
  ];
  for (const check of checks) await check(context);
}

async function checkSolana(context) {
  const { Connection, PublicKey } = context.require("@solana/web3.js");
  const { wsUrl, url, clients } = await imitate(context, ({ send, receive }) =>
    receive(({ id, method }) => {
      if (method === "accountSubscribe") {
        send({ jsonrpc: "2.0", id, result: 5 });
        send({
          jsonrpc: "2.0",
          method: "accountNotification",
          params: {
            subscription: 5,
            result: {
              context: { slot: 1 },
              value: {
                lamports: 7,
                data: ["", "base64"],
                owner: "11111111111111111111111111111111",
                executable: false,
                rentEpoch: 0,
              },
            },
          },
        });
      } else send({ jsonrpc: "2.0", id, result: true });
    }),
  );
  const connection = new Connection(url, { wsEndpoint: wsUrl, commitment: "confirmed" });
  const seen = [];
  const id = connection.onAccountChange(new PublicKey("11111111111111111111111111111111"), ({ lamports }) =>
    seen.push(lamports),
  );
  await context.eventually(() => seen, [7], "solana");
  for (const c of clients) c.terminate();
  await context.eventually(() => seen, [7, 7], "solana again");
  await connection.removeAccountChangeListener(id);
}

async function checkPolkadot(context) {
  const { WsProvider } = context.require("@polkadot/rpc-provider");
  const { wsUrl, clients } = await imitate(context, ({ send, receive }) =>
    receive(({ id, method, params }) => {
      if (method === "sub") {
        send({ jsonrpc: "2.0", id, result: "s1" });
        send({ jsonrpc: "2.0", method: "ev", params: { subscription: "s1", result: "é" } });
      } else if (method === "bad") send({ jsonrpc: "2.0", id, error: { code: -1, message: "no" } });
      else send({ jsonrpc: "2.0", id, result: params });
    }),
  );
  const provider = new WsProvider(wsUrl, 50);
  const seen = [];
  provider.on("connected", () => seen.push("connected"));
  provider.on("disconnected", () => seen.push("disconnected"));
  provider.on("error", () => seen.push("error"));
  await provider.isReady;
  context.equal(await provider.send("m", [1]), [1], "polkadot");
  context.equal(await provider.send("bad", []).catch((e) => e.message), "-1: no", "polkadot");
  await provider.subscribe("ev", "sub", [], (e, r) => seen.push(r));
  await context.eventually(() => seen, ["connected", "é"], "sub");
  for (const c of clients) c.terminate();
  await context.eventually(() => seen.slice(2), ["disconnected", "connected", "é"], "again");
  await provider.disconnect();
}

async function checkXrpl(context) {
  const { Client } = context.require("xrpl");
  const { wsUrl, clients } = await imitate(context, ({ send, receive }) =>
    receive(({ id, command }) => {
      send({
        id,
        status: "success",
        type: "response",
        result: { info: { network_id: 1, build_version: "2.0.0" }, command },
      });
      if (command === "subscribe") send({ type: "ledgerClosed", ledger_index: 7 });
    }),
  );
  const client = new Client(wsUrl, { timeout: 5000, connectionTimeout: 5000 });
  const seen = [];
  client.on("error", (...a) => seen.push(`error ${a}`));
  client.on("ledgerClosed", ({ ledger_index }) => seen.push(ledger_index));
  client.on("disconnected", (code) => seen.push(code));
  client.on("connected", () => seen.push("connected"));
  await client.connect();
  context.equal(
    (await client.request({ command: "subscribe", streams: ["ledger"] })).result.command,
    "subscribe",
    "xrpl",
  );
  await context.eventually(() => seen, ["connected", 7], "xrpl event");
  for (const c of clients) c.close(4001, "again");
  await context.eventually(() => seen.slice(2), [4001, "connected"], "xrpl again");
  context.equal((await client.request({ command: "ping" })).result.command, "ping", "xrpl");
  await client.disconnect();
  await context.eventually(() => seen.at(-1), 1000, `xrpl end ${seen}`);
  const none = new Client("ws://127.0.0.1:1", { connectionTimeout: 500 });
  context.equal(await none.connect().catch((e) => e.name), "NotConnectedError", "refused");
}

async function checkCosm(context) {
  const { ReconnectingSocket } = context.require("@cosmjs/socket");
  const { wsUrl } = await imitate(context, ({ webSocket }) =>
    webSocket.on("message", (d) => webSocket.send(String(d))),
  );
  const seen = [];
  const socket = new ReconnectingSocket(wsUrl, 5000, undefined, () => seen.push("reconnected"));
  socket.events.subscribe({ next: (e) => seen.push(e.data) });
  socket.connect();
  socket.queueRequest("a");
  await context.eventually(() => seen, ["a"], "cosm");
  socket.queueRequest("b");
  await context.eventually(() => seen.at(-1), "b", "cosm");
  socket.disconnect();
}

async function checkNostr(context) {
  const { SimplePool, useWebSocketImplementation } = context.require("nostr-tools/pool");
  const { generateSecretKey, finalizeEvent } = context.require("nostr-tools/pure");
  useWebSocketImplementation(context.require("ws").WebSocket);
  const event = finalizeEvent({ kind: 1, created_at: 1, tags: [], content: "é" }, generateSecretKey());
  const { wsUrl } = await imitate(context, ({ send, receive }) =>
    receive(([type, id]) => {
      if (type === "REQ") {
        send(["EVENT", id, event]);
        send(["EOSE", id]);
      }
      if (type === "EVENT") send(["OK", id.id, true, ""]);
    }),
  );
  const pool = new SimplePool();
  const found = await pool.querySync([wsUrl], { kinds: [1] });
  context.equal(
    found.map((e) => e.content),
    ["é"],
    "nostr",
  );
  context.equal((await Promise.all(pool.publish([wsUrl], event))).length, 1, "published");
  pool.close([wsUrl]);
}

async function checkWalletConnect(context) {
  const { default: WsConnection, WsConnection: W2 } = context.require("@walletconnect/jsonrpc-ws-connection");
  const { wsUrl } = await imitate(context, ({ send, receive }) =>
    receive(({ id, params }) => send({ id, jsonrpc: "2.0", result: params })),
  );
  const connection = new (WsConnection ?? W2)(wsUrl);
  const seen = [];
  for (const e of ["payload", "close", "error", "register_error"])
    connection.on(e, (p) => seen.push([e, p?.result ?? p?.message ?? p?.code ?? null]));
  await connection.open();
  await connection.send({ id: 1, jsonrpc: "2.0", method: "x", params: ["é"] });
  await context.eventually(() => seen, [["payload", ["é"]]], "walletconnect");
  await connection.close();
  context.equal(connection.connected, false, "closed");
  const refused = new (WsConnection ?? W2)("ws://127.0.0.1:1");
  refused.on("register_error", () => {});
  context.equal(
    /Unavailable WS RPC url|ECONNREFUSED/.test(await refused.open().catch((e) => e.message)),
    true,
    "refused",
  );
}

async function checkCube(context) {
  const Cube = context.require("@cubejs-client/ws-transport");
  const Transport = Cube.default ?? Cube;
  const { wsUrl } = await imitate(context, ({ send, receive }) =>
    receive(({ authorization, messageId, params }) => {
      if (authorization) send({ handshake: true });
      else send({ messageId, status: 200, message: { got: params } });
    }),
  );
  const transport = new Transport({ authorization: "x", apiUrl: wsUrl });
  const request = transport.request("load", { query: { a: 1 } });
  const result = await new Promise((resolve) => request.subscribe(async (r) => resolve(await r.json())));
  context.equal(result.got?.query, { a: 1 }, `cube ${JSON.stringify(result)}`);
  await transport.close?.();
}

async function checkLibsql(context) {
  const hrana = context.require("@libsql/hrana-client");
  const { wsUrl } = await imitate(
    context,
    ({ send, receive }) =>
      receive((m) => {
        if (m.type === "hello") send({ type: "hello_ok" });
        if (m.type !== "request") return;
        const { type } = m.request;
        const response =
          type === "execute"
            ? {
                type,
                result: {
                  cols: [{ name: "a" }],
                  rows: [[{ type: "text", value: "é" }]],
                  affected_row_count: 0,
                  last_insert_rowid: null,
                },
              }
            : { type };
        send({ type: "response_ok", request_id: m.request_id, response });
      }),
    { handleProtocols: (p) => [...p].find((x) => x === "hrana2") ?? [...p].at(-1) },
  );
  const client = hrana.openWs(wsUrl, undefined, 2);
  const stream = client.openStream();
  const { rows } = await stream.query("select 1");
  context.equal(rows[0].a, "é", "libsql");
  stream.close();
  client.close();
}
