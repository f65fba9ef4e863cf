import { writeFileSync } from "node:fs";
import { imitate } from "../support/imitate.mjs";

export const name = "clients of OBS, Home Assistant, Twitch, Discord and Stream Deck, on ws";
export const packages = {
  "obs-websocket-js": "5.0.8",
  "home-assistant-js-websocket": "9.7.0",
  "tmi.js": "1.8.5",
  "oceanic.js": "1.15.0",
  "@elgato/streamdeck": "2.1.2",
};
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  const checks = [checkObs, checkTmi, checkOceanic, checkStreamDeck, checkHome];
  for (const check of checks) await check(context);
}

async function checkObs(context) {
  const { default: OBS, OBSWebSocket } = context.require("obs-websocket-js/json");
  const { wsUrl, clients } = await imitate(
    context,
    ({ send, receive }) => {
      send({
        op: 0,
        d: { obsWebSocketVersion: "5.0.0", rpcVersion: 1, authentication: { challenge: "c", salt: "s" } },
      });
      receive(({ op, d }) => {
        if (op === 1) {
          send({ op: 2, d: { negotiatedRpcVersion: 1, a: d.authentication } });
          send({ op: 5, d: { eventType: "CurrentProgramSceneChanged", eventData: { sceneName: "é" } } });
        }
        if (op === 6)
          send({
            op: 7,
            d: {
              requestType: d.requestType,
              requestId: d.requestId,
              requestStatus: { result: d.requestType === "GetVersion", code: 100, comment: "no" },
              responseData: { v: 1 },
            },
          });
      });
    },
    { handleProtocols: (p) => [...p].find((x) => x.endsWith("json")) },
  );
  const obs = new (OBS ?? OBSWebSocket)();
  const seen = [];
  obs.on("CurrentProgramSceneChanged", ({ sceneName }) => seen.push(sceneName));
  obs.on("ConnectionClosed", (e) => seen.push([e.code, e.message]));
  const hello = await obs.connect(wsUrl, "password");
  context.equal(hello.negotiatedRpcVersion, 1, "obs");
  context.equal(await obs.call("GetVersion"), { v: 1 }, "obs: a call");
  context.equal(await obs.call("Bad").catch((e) => [e.code, e.message]), [100, "no"], "obs: failed call");
  await context.eventually(() => seen, ["é"], "obs event");
  for (const c of clients) c.close(4009, "auth");
  await context.eventually(() => seen.slice(1), [[4009, "auth"]], "obs close");
  context.equal(
    await obs
      .connect("ws://127.0.0.1:1")
      .catch((e) => [e.code, e.message])
      .then((x) => x[0]),
    -1,
    "refused",
  );
}

async function checkTmi(context) {
  const tmi = context.require("tmi.js");
  const seen = [];
  const { port } = await imitate(context, IRC(seen));
  const client = new tmi.Client({
    options: { debug: false, skipMembership: true, skipUpdatingEmotesets: true },
    connection: { server: "127.0.0.1", port, secure: false, reconnect: false },
    channels: ["room"],
  });
  const heard = [];
  client.on("message", (channel, tags, text) => heard.push(text));
  await client.connect();
  await context.eventually(() => heard, ["é"], "tmi");
  await client.ping();
  await client.disconnect();
  context.equal(client.readyState(), "CLOSED", "closed");
}

async function checkOceanic(context) {
  const { Client } = context.require("oceanic.js");
  const seen = [];
  const { wsUrl, clients } = await imitate(context, ({ send, receive }) => {
    send({ op: 10, d: { heartbeat_interval: 200 } });
    receive(({ op }) => {
      seen.push(op);
      if (op === 1) send({ op: 11 });
      if (op === 2)
        send({
          op: 0,
          t: "READY",
          s: 1,
          d: {
            v: 10,
            user: { id: "1", username: "bot", discriminator: "0" },
            guilds: [],
            session_id: "s",
            resume_gateway_url: wsUrl,
            application: { id: "1", flags: 0 },
          },
        });
      if (op === 6) send({ op: 0, t: "RESUMED", s: 2, d: {} });
    });
  });
  const client = new Client({ auth: "Bot x", gateway: gatewayAt(wsUrl) });
  const events = [];
  client.on("error", (e) => events.push(`error ${e.message ?? e}`));
  client.on("ready", () => events.push("ready"));
  client.on("shardResume", () => events.push("resume"));
  client.on("shardDisconnect", () => events.push("disconnect"));
  await client.connect();
  await context.eventually(() => events, ["ready"], "oceanic: ready");
  for (const c of clients) c.close(4000, "again");
  await context.eventually(() => events.at(-1), "resume", "oceanic: resumes");
  client.disconnect(false);
}

function gatewayAt(wsUrl) {
  return {
    intents: [],
    maxShards: 1,
    autoReconnect: true,
    getAllUsers: false,
    compress: false,
    concurrency: 1,
    connectionProperties: {},
    override: {
      getBot: async () => ({
        url: wsUrl,
        shards: 1,
        session_start_limit: { total: 10, remaining: 10, reset_after: 0, max_concurrency: 1 },
      }),
      url: async () => wsUrl,
      appendQuery: true,
      gatewayURLIsResumeURL: true,
    },
  };
}

async function checkStreamDeck(context) {
  const seen = [];
  const { port } = await imitate(context, ({ send, receive }) => {
    receive((m) => seen.push(m.event));
    send({ event: "deviceDidConnect", device: "d", deviceInfo: { name: "é", size: { columns: 1, rows: 1 }, type: 0 } });
  });
  const info = {
    application: { font: "x", language: "en", platform: "mac", platformVersion: "1", version: "6.9.0.1" },
    plugin: { uuid: "u", version: "1" },
    devicePixelRatio: 1,
    colors: {},
    devices: [],
  };
  process.argv.push(
    "-port",
    String(port),
    "-pluginUUID",
    "uuid",
    "-registerEvent",
    "registerPlugin",
    "-info",
    JSON.stringify(info),
  );
  process.chdir(context.folder); // where a plug-in has its manifest, and writes its logs
  writeFileSync(
    "manifest.json",
    JSON.stringify({
      UUID: "u",
      Actions: [],
      Software: { MinimumVersion: "6.9" },
      SDKVersion: 2,
      Name: "n",
      Version: "1.0.0.0",
      Nodejs: { Version: "20", Debug: "enabled" },
    }),
  );
  const { default: streamDeck } = await context.load("@elgato/streamdeck");
  const devices = [];
  streamDeck.devices.onDeviceDidConnect(({ device }) => devices.push(device.name));
  await streamDeck.connect();
  await context.eventually(() => devices, ["é"], "stream deck");
  await streamDeck.system.openUrl("http://x");
  await context.eventually(() => seen, ["registerPlugin", "openUrl"], "stream deck sent");
}

async function checkHome(context) {
  const ha = await context.load("home-assistant-js-websocket");
  const { WebSocket } = context.require("ws");
  const { url, clients } = await imitate(context, ({ send, receive }) => {
    send({ type: "auth_required", ha_version: "2025.1.0" });
    receive((message) => {
      for (const m of [message].flat()) {
        if (m.type === "auth") send({ type: "auth_ok", ha_version: "2025.1.0" });
        else if (m.type === "ping") send({ id: m.id, type: "pong" });
        else if (m.type === "subscribe_events") {
          send({ id: m.id, type: "result", success: true, result: null });
          send({ id: m.id, type: "event", event: { n: "é" } });
        } else send({ id: m.id, type: "result", success: true, result: { t: m.type } });
      }
    });
  });
  globalThis.WebSocket ??= WebSocket;
  const auth = ha.createLongLivedTokenAuth(url, "token");
  const connection = await ha.createConnection({ auth, setupRetry: 0 });
  const seen = [];
  connection.addEventListener("disconnected", () => seen.push("disconnected"));
  connection.addEventListener("ready", () => seen.push("ready"));
  await connection.subscribeEvents((e) => seen.push(e.n), "x");
  context.equal(await connection.sendMessagePromise({ type: "get_states" }), { t: "get_states" }, "ha");
  await connection.ping();
  for (const c of clients) c.terminate();
  await context.eventually(
    () => new Set(seen.slice(1)),
    new Set(["disconnected", "ready", "é"]),
    "Home Assistant: again",
  );
  connection.close();
}

const IRC =
  (seen) =>
  ({ webSocket }) =>
    webSocket.on("message", (data) => {
      for (const line of String(data).trim().split("\r\n")) {
        seen.push(line.split(" ")[0]);
        if (line.startsWith("NICK"))
          webSocket.send(
            ":tmi.twitch.tv 001 nick :Welcome, GLHF!\r\n:tmi.twitch.tv 002 nick :x\r\n:tmi.twitch.tv 003 nick :-\r\n:tmi.twitch.tv 004 nick :-\r\n:tmi.twitch.tv 375 nick :-\r\n:tmi.twitch.tv 372 nick :x\r\n:tmi.twitch.tv 376 nick :>\r\n",
          );
        if (line.startsWith("CAP REQ")) webSocket.send(`:tmi.twitch.tv CAP * ACK :${line.split(":")[1]}\r\n`);
        if (line.startsWith("JOIN"))
          webSocket.send(
            ":nick!nick@nick.tmi.twitch.tv JOIN #room\r\n:nick!nick@nick.tmi.twitch.tv PRIVMSG #room :é\r\n",
          );
        if (line.startsWith("PING")) webSocket.send("PONG :tmi.twitch.tv\r\n");
      }
    });
