import type { Adapter } from "@halyard/adapter";
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expectTypeOf, it } from "vitest";
import type * as operatorPath from "./broadcast-operator.js";
import type * as clientPath from "./client.js";
import type { DisconnectReason } from "./disconnect.js";
import type * as namespacePath from "./namespace.js";
import { Server } from "./server.js";
import type { Socket } from "./socket.js";
import type * as socketPath from "./socket.js";
import type * as socketTypesPath from "./socket-types.js";

interface ClientToServer {
  noArg: () => void;
  basic: (a: number, b: string) => void;
  ask: (a: number, ack: (answer: string) => void) => void;
}

interface ServerToClient {
  noArg: () => void;
  basic: (a: number, b: string) => void;
  ask: (a: number, ack: (answer: string) => void) => void;
  askWithError: (a: number, ack: (error: Error, answer: string) => void) => void;
  message: (text: string) => void;
}

interface BetweenServers {
  ping: (ack: (answer: number) => void) => void;
  hello: (name: string) => void;
}

interface Data {
  user: string;
}

declare const io: Server<ClientToServer, ServerToClient, BetweenServers, Data>;
declare const socket: Socket<ClientToServer, ServerToClient, BetweenServers, Data>;

describe("without event maps", () => {
  it("takes every event", () => {
    const server = new Server();
    server.on("connection", (client) => {
      expectTypeOf(client.data).toBeAny();
      client.on("anything", (a, b) => {
        expectTypeOf(a).toBeAny();
        expectTypeOf(b).toBeAny();
      });
      client.on("disconnect", (reason) => expectTypeOf(reason).toEqualTypeOf<DisconnectReason>());
      client.emit("anything", 1, "two", () => {});
    });
    server.emit("anything", 1);
    server.to("room").emit("anything", 1);
  });
});

describe("a server", () => {
  it("can be extended with all its forms", () => {
    class MyServer extends Server {
      constructor(...args: ConstructorParameters<typeof Server>) {
        super(...args);
        this.path("/mine");
      }
    }
    expectTypeOf(MyServer).toBeConstructibleWith(3000);
    expectTypeOf(MyServer).toBeConstructibleWith({ path: "/x" });
    expectTypeOf(MyServer).toBeConstructibleWith(undefined, { path: "/x" });
  });
});

describe("with event maps", () => {
  it("types what is heard", () => {
    io.on("connection", (client) => {
      expectTypeOf(client).toEqualTypeOf<Socket<ClientToServer, ServerToClient, BetweenServers, Data>>();
      client.on("basic", (a, b) => {
        expectTypeOf(a).toEqualTypeOf<number>();
        expectTypeOf(b).toEqualTypeOf<string>();
      });
      client.on("ask", (_a, ack) => expectTypeOf(ack).toEqualTypeOf<(answer: string) => void>());
      // @ts-expect-error not an event of the client
      client.on("unknown", () => {});
      // @ts-expect-error wrong argument
      client.on("basic", (a: string) => a);
    });
    io.on("handler_error", (error, { namespace, socketId }) => {
      expectTypeOf(error).toBeUnknown();
      expectTypeOf(namespace).toEqualTypeOf<string>();
      expectTypeOf(socketId).toEqualTypeOf<string | undefined>();
    });
    io.on("hello", (name) => expectTypeOf(name).toEqualTypeOf<string>());
    // @ts-expect-error not an event between servers
    io.on("basic", () => {});
  });

  it("types what is sent", () => {
    socket.emit("noArg");
    socket.emit("basic", 1, "b");
    socket.emit("ask", 1, (answer) => expectTypeOf(answer).toEqualTypeOf<string>());
    socket.send("text");
    // @ts-expect-error missing argument
    socket.emit("basic", 1);
    // @ts-expect-error wrong argument
    socket.emit("basic", 1, 2);
    // @ts-expect-error not an event of the server
    socket.emit("unknown");
    // @ts-expect-error wrong type
    socket.send(1);
  });

  it("puts an error first after timeout()", () => {
    socket.timeout(1).emit("ask", 1, (error, answer) => {
      expectTypeOf(error).toEqualTypeOf<Error>();
      expectTypeOf(answer).toEqualTypeOf<string>();
    });
    socket.timeout(1).emit("askWithError", 1, (error, answer) => {
      expectTypeOf(error).toEqualTypeOf<Error>();
      expectTypeOf(answer).toEqualTypeOf<string>();
    });
  });

  it("gives promises only of events with an acknowledgement", () => {
    expectTypeOf(socket.emitWithAck("ask", 1)).toEqualTypeOf<Promise<string>>();
    expectTypeOf(socket.timeout(1).emitWithAck("ask", 1)).toEqualTypeOf<Promise<string>>();
    // @ts-expect-error no acknowledgement
    void socket.emitWithAck("noArg");
    // @ts-expect-error no acknowledgement
    void socket.emitWithAck("basic", 1, "b");
    // @ts-expect-error missing argument
    void socket.emitWithAck("ask");
  });

  it("gives arrays of responses to a broadcast, and asks for a timeout", () => {
    io.emit("basic", 1, "b");
    io.to("room")
      .timeout(1)
      .emit("ask", 1, (error, answers) => {
        expectTypeOf(error).toEqualTypeOf<Error>();
        expectTypeOf(answers).toEqualTypeOf<string[]>();
      });
    expectTypeOf(io.timeout(1).emitWithAck("ask", 1)).toEqualTypeOf<Promise<string[]>>();
    // @ts-expect-error an acknowledgement needs timeout()
    io.emit("ask", 1, () => {});
    // @ts-expect-error an acknowledgement needs timeout()
    void io.to("room").emitWithAck("ask", 1);
    // @ts-expect-error wrong argument
    io.to("room").emit("basic", "a", "b");
  });

  it("types events between servers", () => {
    io.serverSideEmit("hello", "x");
    io.serverSideEmit("ping", (error, answers) => {
      expectTypeOf(error).toEqualTypeOf<Error>();
      expectTypeOf(answers).toEqualTypeOf<number[]>();
    });
    expectTypeOf(io.serverSideEmitWithAck("ping")).toEqualTypeOf<Promise<number[]>>();
    // @ts-expect-error no acknowledgement
    void io.serverSideEmitWithAck("hello", "x");
    // @ts-expect-error not an event between servers
    io.serverSideEmit("basic", 1, "b");
  });

  it("types data and the way up", async () => {
    expectTypeOf(socket.data).toEqualTypeOf<Data>();
    expectTypeOf(socket.nsp.server).toEqualTypeOf<Server<ClientToServer, ServerToClient, BetweenServers>>();
    for (const remote of await io.fetchSockets()) {
      expectTypeOf(remote.data).toEqualTypeOf<Data>();
      remote.emit("basic", 1, "b");
      // @ts-expect-error not an event of the server
      remote.emit("unknown");
    }
    // @ts-expect-error not a field of the data
    socket.data.other = 1;
  });

  it("types an adapter as the class that programs import", async () => {
    expectTypeOf(io.of("/").adapter).toEqualTypeOf<Adapter>();
    const [first] = await io.sockets.adapter.fetchSockets({ rooms: new Set() });
    expectTypeOf(first).toBeAny();
  });
});

describe("the engine", () => {
  it("takes the middlewares of frameworks", () => {
    interface FrameworkRequest extends IncomingMessage {
      body: unknown;
      session: { id: string };
    }
    interface FrameworkResponse extends ServerResponse {
      locals: object;
    }
    interface Next {
      (error?: unknown): void;
      (deferTo: "router"): void;
    }
    const session = (_req: FrameworkRequest, _res: FrameworkResponse, next: Next): void => next();
    io.engine.use(session);
    io.engine.use((req, res, next) => {
      expectTypeOf(req).toEqualTypeOf<IncomingMessage>();
      expectTypeOf(res).toEqualTypeOf<ServerResponse>();
      next();
    });
  });
});

// `import { ExtendedError } from "socket.io/dist/namespace"`: what editors write in projects with the resolution `node10`.
describe("types imported by the path of a file", () => {
  it("are where upstream has them, and where its earlier versions had them", () => {
    expectTypeOf<namespacePath.ExtendedError>().toExtend<Error>();
    expectTypeOf<keyof namespacePath.NamespaceReservedEventsMap<object, object, object, Data>>().toEqualTypeOf<
      "connect" | "connection"
    >();
    expectTypeOf<"new_namespace">().toExtend<
      keyof namespacePath.ServerReservedEventsMap<object, object, object, Data>
    >();
    expectTypeOf<operatorPath.RemoteSocket<ServerToClient, Data>["data"]>().toEqualTypeOf<Data>();
    expectTypeOf(socket.client).toExtend<clientPath.Client>();
    expectTypeOf(socket.handshake).toEqualTypeOf<socketTypesPath.Handshake>();
    expectTypeOf<socketTypesPath.DisconnectReason>().toEqualTypeOf<DisconnectReason>();
    expectTypeOf<socketTypesPath.Event>().toExtend<[string, ...unknown[]]>();
    expectTypeOf<keyof socketTypesPath.SocketReservedEventsMap>().toExtend<string>();
    expectTypeOf<keyof socketTypesPath.EventEmitterReservedEventsMap>().toEqualTypeOf<
      "newListener" | "removeListener"
    >();
    expectTypeOf<socketPath.Handshake>().toEqualTypeOf<socketTypesPath.Handshake>();
    expectTypeOf<socketPath.DisconnectReason>().toEqualTypeOf<DisconnectReason>();
    expectTypeOf<socketPath.Event>().toEqualTypeOf<socketTypesPath.Event>();
    expectTypeOf<socketPath.SocketReservedEventsMap>().toEqualTypeOf<socketTypesPath.SocketReservedEventsMap>();
  });
});
