import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { createContext, runInContext } from "node:vm";
import checks from "../programs/checks.cjs";
import { readPrograms } from "../support/install-checks.mjs";
import { writeProject } from "../support/programs.mjs";
import { addHandlers, listen } from "../support/serve.mjs";

export const name = "React Native: bundles of Metro, by package exports and without";
export const packages = {
  metro: "0.84.6",
  "@react-native/metro-config": "0.86.3",
  "@react-native/babel-preset": "0.86.3",
  "original-ws": "npm:ws@8.23.0",
};
export const timeoutMs = 200_000;

/** By the name of its file, what an application says. */
const APPLICATIONS = {
  "import.js": `import { io } from "socket.io-client"; globalThis.io = io;`,
  "require.js": `globalThis.io = require("socket.io-client").io;`,
};
/** What the original does not have. */
const APPLICATIONS_OF_OURS = {
  "websocket.js": `import { io } from "socket.io-client/websocket"; globalThis.io = io;`,
  "engine.js": `import { Socket } from "socket.io-client/engine"; globalThis.Socket = Socket;`,
};

export async function run(context) {
  const applications = { ...APPLICATIONS, ...(context.ours !== null && APPLICATIONS_OF_OURS) };
  writeProject(context.folder, {
    ...applications,
    ...readPrograms("metro.cjs"),
    "exports/.keep": "",
    "fields/.keep": "",
  });
  const { Server } = await context.load("socket.io");
  const httpServer = createServer();
  addHandlers(new Server(httpServer));
  const url = await listen(context, httpServer);
  await context.run(process.execPath, ["metro.cjs", ...Object.keys(applications)], { cwd: context.folder });
  for (const folder of ["exports", "fields"]) {
    for (const file of Object.keys(applications)) {
      const { io, Socket } = loadBundle(context, readFileSync(path.join(context.folder, folder, file), "utf8"));
      if (io === undefined) await checkEngine(context, Socket, url);
      else await checkClient(context, io, url);
    }
  }
}

/** In a context that has the globals of the language and, besides, only what is named here. */
function loadBundle(context, bundle) {
  const { WebSocket } = context.require("original-ws");
  const globals = createContext({
    ArrayBuffer, // of this realm, where the messages are made and compared
    JSON,
    setTimeout,
    clearTimeout,
    queueMicrotask,
    navigator: { product: "ReactNative" },
    WebSocket: class extends WebSocket {
      constructor(uri, protocols) {
        super(uri, protocols ?? []); // null: none
      }
    },
  });
  runInContext("var window = globalThis, self = globalThis, global = globalThis;", globals);
  runInContext(bundle, globals);
  return globals;
}

async function checkClient(context, io, url) {
  const transports = ["websocket"];
  context.equal(await checks.checkClient(io, url, { ways: transports, transports }), 17, "round trips");
}

async function checkEngine(context, Socket, url) {
  const socket = new Socket(url, { path: "/socket.io/", transports: ["websocket"] });
  context.onEnd(() => socket.close());
  await once(socket, "open");
  context.equal(socket.transport.name, "websocket", "engine");
}
