import { createServer } from "node:http";
import { listen } from "../support/serve.mjs";

export const name = "Hocuspocus and y-websocket on ws";
export const packages = {
  "@hocuspocus/server": "2.15.3",
  "@hocuspocus/provider": "2.15.3",
  "hocuspocus-server": "npm:@hocuspocus/server@4.7.0",
  "hocuspocus-provider": "npm:@hocuspocus/provider@4.7.0",
  "y-websocket": "2.1.0",
  "y-protocols": "1.0.6",
  yjs: "13.6.27",
};
export const replace = ["ws"];

export async function run(context) {
  await checkHocuspocus(context, "@hocuspocus/server", "@hocuspocus/provider");
  await checkHocuspocus(context, "hocuspocus-server", "hocuspocus-provider");
  await checkWebsocket(context);
}

async function checkHocuspocus(context, serverName, providerName) {
  const { Server } = await context.load(serverName);
  const { HocuspocusProvider, HocuspocusProviderWebsocket } = await context.load(providerName);
  const { Doc } = context.require("yjs");
  const { WebSocket } = context.require("ws");
  const gone = [];
  const options = {
    address: "127.0.0.1",
    port: 0,
    quiet: true,
    onAuthenticate: async ({ token }) => {
      if (token !== "right") throw new Error("");
    },
    onDisconnect: async ({ documentName }) => gone.push(documentName),
  };
  const server = Server.configure?.(options) ?? new Server(options);
  await server.listen();
  const refused = [];
  const join = (token) => {
    const websocketProvider = new HocuspocusProviderWebsocket({
      url: server.webSocketURL,
      WebSocketPolyfill: WebSocket,
    });
    const onAuthenticationFailed = ({ reason }) => refused.push(reason);
    const document = new Doc();
    const provider = new HocuspocusProvider({
      websocketProvider,
      name: "doc",
      document,
      token,
      onAuthenticationFailed,
    });
    provider.attach?.();
    const leave = () => {
      provider.destroy();
      websocketProvider.destroy();
    };
    return { provider, map: document.getMap("map"), leave };
  };
  const members = [join("right"), join("right"), join("wrong")];
  const [first, second] = members;
  await context.eventually(() => first.provider.synced && second.provider.synced, true, "two members");
  await context.eventually(() => refused, ["permission-denied"], "a third without permission");
  first.map.set("key", "é".repeat(1000));
  await context.eventually(() => second.map.get("key"), "é".repeat(1000), "an edit");
  first.provider.setAwarenessField("user", { name: "first" });
  const users = () => [...second.provider.awareness.getStates().values()].some(({ user }) => user?.name === "first");
  await context.eventually(users, true, "awareness");
  for (const { leave } of members) leave();
  await context.eventually(() => gone.length >= 2, true, "members that leave");
  await server.destroy();
}

async function checkWebsocket(context) {
  const { setupWSConnection } = context.require("y-websocket/bin/utils");
  const { WebsocketProvider } = context.require("y-websocket");
  const { Doc } = context.require("yjs");
  const { WebSocket, WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer });
  wss.on("connection", setupWSConnection);
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const documents = [new Doc(), new Doc()];
  const options = { WebSocketPolyfill: WebSocket, disableBc: true };
  const providers = documents.map((document) => new WebsocketProvider(url, "room", document, options));
  const connected = () => providers.map(({ wsconnected }) => wsconnected);
  await context.eventually(() => providers.every(({ synced }) => synced), true, "y-websocket: two members");
  const [first, second] = documents.map((document) => document.getText("text"));
  first.insert(0, "héllo".repeat(30_000));
  await context.eventually(() => second.length, 150_000, "y-websocket: a long text");
  for (const webSocket of wss.clients) webSocket.close(1012);
  await context.eventually(connected, [false, false], "y-websocket: a restart");
  await context.eventually(connected, [true, true], "y-websocket: back again");
  for (const provider of providers) provider.destroy();
}
