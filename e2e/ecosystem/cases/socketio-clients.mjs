import { connect, open, serve } from "../support/serve.mjs";

export const name = "Redux, Vue, React and Laravel Echo bindings of socket.io-client";
export const packages = {
  "redux-socket.io": "1.4.0",
  redux: "5.0.1",
  "vue-socket.io": "3.0.10",
  "vue-socket.io-extended": "4.2.0",
  vue2: "npm:vue@2.7.16",
  "vue-3-socket.io": "1.0.5",
  vue: "3.5.24",
  "socket.io-react-hook": "2.4.5",
  react: "18.3.1",
  "react-dom": "18.3.1",
  "laravel-echo": "2.5.0",
  jsdom: "26.1.0",
};

export async function run(context) {
  const { JSDOM } = context.require("jsdom");
  const { window } = new JSDOM("", { url: "http://localhost/" });
  globalThis.navigator ??= { userAgent: "node" };
  const { document, HTMLElement, Element, HTMLIFrameElement, SVGElement, MutationObserver } = window;
  Object.assign(globalThis, {
    document,
    HTMLElement,
    Element,
    HTMLIFrameElement,
    SVGElement,
    MutationObserver,
    window,
  });
  for (const check of [checkRedux, checkVue2, checkVue3, checkReact, checkLaravel]) await check(context);
}

async function serveEcho(context) {
  const { io, url } = await serve(context);
  io.on("connection", (socket) => {
    socket.on("echo", (data) => socket.emit("echoed", data));
    socket.emit("welcome", "hello");
  });
  return { io, url };
}

async function checkRedux(context) {
  const { default: createMiddleware } = context.require("redux-socket.io");
  const { applyMiddleware, legacy_createStore: createStore } = context.require("redux");
  const { io, url } = await serve(context);
  io.on("connection", (socket) => socket.on("action", (got) => socket.emit("action", { type: "answer", got })));
  const middleware = applyMiddleware(createMiddleware(await connect(context, url), "server/"));
  const reducer = (state = [], { type, got }) => (type === "answer" ? [...state, got] : state);
  const store = middleware(createStore)(reducer);
  store.dispatch({ type: "server/hello", data: "x" });
  store.dispatch({ type: "local" });
  await context.eventually(() => store.getState(), [{ type: "server/hello", data: "x" }], "redux-socket.io");
}

/** One takes the place of `onevent`, the other listens to all events. */
async function checkVue2(context) {
  const Vue = context.require("vue2");
  Object.assign(Vue.config, { productionTip: false, devtools: false });
  const VueSocketIO = context.require("vue-socket.io");
  const extended = context.require("vue-socket.io-extended");
  const { url } = await serveEcho(context);
  const plugins = [(connection) => new VueSocketIO({ connection }), (connection) => [extended, connection]];
  for (const [index, createPlugin] of plugins.entries()) {
    const socket = await open(context, url, { autoConnect: false });
    Vue.use(...[createPlugin(socket)].flat());
    const seen = [];
    const note = (value) => void seen.push(value);
    const sockets = { connect: () => note("connect"), welcome: note, disconnect: note };
    void new Vue({ sockets, render: (h) => h("div") }).$mount();
    socket.connect();
    await context.eventually(() => seen, ["connect", "hello"], `plugin ${index} for Vue 2: events`);
    socket.disconnect();
    await context.eventually(() => seen.at(-1), "io client disconnect", `plugin ${index} for Vue 2: the end`);
  }
}

async function checkVue3(context) {
  const { createApp } = context.require("vue");
  const VueSocketIO = context.require("vue-3-socket.io");
  const { url } = await serveEcho(context);
  const connection = await open(context, url);
  const seen = [];
  const mounted = function mounted() {
    this.sockets.subscribe("welcome", (text) => seen.push(text));
  };
  const app = createApp({ sockets: {}, render: () => null, mounted });
  app.use(new VueSocketIO({ connection }));
  app.mount(document.createElement("div"));
  await context.eventually(() => seen, ["hello"], "vue-3-socket.io");
}

async function checkReact(context) {
  const { createElement, useEffect } = context.require("react");
  const { createRoot } = context.require("react-dom/client");
  const { IoProvider, useSocket, useSocketEvent } = context.require("socket.io-react-hook");
  const { io, url } = await serveEcho(context);
  let shown;
  const App = () => {
    const { socket, connected } = useSocket(url, { transports: ["websocket"] });
    const { lastMessage } = useSocketEvent(socket, "echoed");
    useEffect(() => void (connected && socket.emit("echo", "x")), [connected, socket]);
    shown = [connected, lastMessage];
    return null;
  };
  const root = createRoot(document.createElement("div"));
  root.render(createElement(IoProvider, null, createElement(App)));
  await context.eventually(() => shown, [true, "x"], "socket.io-react-hook: an event");
  root.unmount();
  await context.eventually(() => io.sockets.sockets.size, 0, "socket.io-react-hook: the end");
}

async function checkLaravel(context) {
  const { default: Echo } = await context.load("laravel-echo");
  const { io: client } = await context.load("socket.io-client");
  const { io, url } = await serve(context);
  io.on("connection", (socket) => {
    socket.on("subscribe", ({ channel }) => {
      socket.join(channel);
      socket.emit("presence:subscribed", channel, [{ user_info: { id: 1 } }]);
    });
    socket.on("client event", ({ channel, event, data }) => socket.to(channel).emit(event, channel, data));
  });
  const clients = Array.from(
    { length: 2 },
    () => new Echo({ broadcaster: "socket.io", host: url, client, forceNew: true }),
  );
  context.onEnd(() => clients.forEach((one) => one.disconnect()));
  const [ann, bob] = clients;
  const seen = [];
  const note = (value) => void seen.push(value);
  ann.channel("news").listen("Posted", note);
  ann.private("chat").listenForWhisper("typing", note);
  ann.join("room").here(note);
  bob.private("chat");
  await context.eventually(() => seen, [[{ id: 1 }]], "laravel-echo: who is there");
  await context.eventually(() => io.sockets.adapter.rooms.get("private-chat")?.size, 2, "laravel-echo: subscriptions");
  io.to("news").emit("App\\Events\\Posted", "news", { n: 1 });
  await context.eventually(() => seen.at(-1), { n: 1 }, "laravel-echo: an event");
  bob.private("chat").whisper("typing", { user: "bob" });
  await context.eventually(() => seen.at(-1), { user: "bob" }, "laravel-echo: a whisper");
}
