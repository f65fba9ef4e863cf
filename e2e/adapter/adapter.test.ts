import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:http";
import { Adapter } from "@halyard/adapter";
import { Server, type Socket } from "@halyard/server";
import { Adapter as OriginalAdapter } from "socket.io-adapter";
import { io, type Socket as ClientSocket } from "socket.io-client";
import { describeAdapter, type SuiteNode, type SuiteSocket } from "../../packages/adapter/test/adapter-suite.js";

type AdapterClass = typeof Adapter | typeof OriginalAdapter;

const BARRIER = "suite:barrier";

async function createNode(adapter: AdapterClass, transport: string): Promise<SuiteNode> {
  const httpServer = createServer();
  const server = new Server(httpServer, { adapter });
  httpServer.listen(0);
  await once(httpServer, "listening");
  const { port } = httpServer.address() as AddressInfo;
  const clients: ClientSocket[] = [];
  return {
    adapter: server.of("/").adapter,
    async connect(rooms) {
      const connected = once(server, "connection") as Promise<[Socket]>;
      const client = io(`http://127.0.0.1:${port}`, { transports: [transport], forceNew: true, reconnection: false });
      clients.push(client);
      const [[socket]] = await Promise.all([connected, onceConnected(client)]);
      await socket.join(rooms);
      return createSocket(server, socket, client);
    },
    async close() {
      for (const client of clients) {
        client.disconnect();
      }
      await server.close();
    },
  };
}

function onceConnected(client: ClientSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once("connect", resolve);
    client.once("connect_error", reject);
  });
}

function createSocket(server: Server, socket: Socket, client: ClientSocket): SuiteSocket {
  const events: unknown[][] = [];
  const announced: unknown[][] = [];
  const answers = new Map<string, unknown>();
  client.onAny((name: string, ...args: unknown[]) => {
    if (name === BARRIER) {
      return;
    }
    events.push([name, ...args]);
    const ack = args.at(-1);
    if (answers.has(name) && typeof ack === "function") {
      ack(answers.get(name));
    }
  });
  socket.onAnyOutgoing((...args: unknown[]) => {
    if (args[0] !== BARRIER) {
      announced.push(args);
    }
  });
  /** What was sent before has arrived after this: the connection keeps the order. */
  const settle = async (): Promise<void> => {
    if (socket.connected) {
      await socket.timeout(5000).emitWithAck(BARRIER);
    }
  };
  client.on(BARRIER, (ack: () => void) => ack());
  return {
    id: socket.id,
    async received() {
      await settle();
      return events;
    },
    announced: () => announced,
    acknowledge: (name, response) => answers.set(name, response),
    async isConnected() {
      await settle();
      return server.of("/").sockets.has(socket.id);
    },
  };
}

describeAdapter("Adapter on a server, websocket", () => createNode(Adapter, "websocket"));
describeAdapter("Adapter on a server, polling", () => createNode(Adapter, "polling"));
describeAdapter("the Adapter of socket.io-adapter on a server, websocket", () =>
  createNode(OriginalAdapter, "websocket"),
);
describeAdapter("the Adapter of socket.io-adapter on a server, polling", () => createNode(OriginalAdapter, "polling"));
