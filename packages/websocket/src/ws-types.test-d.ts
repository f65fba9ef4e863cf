// Written as a program that was made for the types of ws.
import { Agent, IncomingMessage } from "node:http";
import { createConnection } from "node:net";
import { describe, expectTypeOf, it } from "vitest";
import WebSocket = require("./index.js");

class Extended extends WebSocket {
  id = 1;
}
class Overriding extends WebSocket {
  override terminate(): void {
    super.terminate();
  }
  override pause(): void {
    super.pause();
  }
  attach(room: number): number {
    return room;
  }
}
class OverridingServer extends WebSocket.Server {
  override close(done?: (error?: Error) => void): void {
    super.close(done);
  }
}
declare module "./index.js" {
  interface WebSocket {
    addedByProgram: string;
  }
  interface ClientOptions {
    addedOption?: number;
  }
}
class ExtendedRequest extends IncomingMessage {
  user = "x";
}
interface Alive extends WebSocket {
  isAlive: boolean;
}

describe("the types of ws", () => {
  it("name what listeners get", () => {
    const use = (socket: WebSocket): void => {
      socket.onmessage = (event: WebSocket.MessageEvent) => event.target.send(event.data);
      socket.onerror = ({ error }: WebSocket.ErrorEvent) => void error.response.statusCode;
      socket.onclose = ({ code }: WebSocket.CloseEvent) => void code;
      socket.addEventListener("open", ({ target }) => target.close());
      socket.on("message", (data) => expectTypeOf(data).toEqualTypeOf<WebSocket.RawData>());
      socket.on("message", (data: string) => data.length);
      socket.on("an event of the application", (value: number) => value);
      socket.on("an event of the application", function () {
        this.close();
      });
      socket.on("close", (code, reason) => code + reason.length);
    };
    void use;
  });

  it("take callbacks with an error that may be left out, and need no null", () => {
    const use = (socket: WebSocket): void => {
      socket.send("x", (error?: Error) => void error);
      socket.ping("x", true, (error: Error) => void error);
    };
    void use;
  });

  it("take functions and agents of Node, and options that were read back", () => {
    const use = (given: WebSocket.ClientOptions): void => {
      const options: WebSocket.ClientOptions = { createConnection, agent: new Agent(), headers: { ...given.headers } };
      expectTypeOf(given.headers).toEqualTypeOf<Record<string, string> | undefined>();
      void new WebSocket("ws://x", options);
      void new WebSocket("ws://x", { headers: { cookie: ["a=1", "b=2"] }, perMessageDeflate: false });
    };
    void use;
  });

  it("know the clients of a server, and classes of connections and requests", () => {
    const use = (): void => {
      const server = new WebSocket.Server<typeof Extended, typeof ExtendedRequest>({ WebSocket: Extended });
      server.on("connection", (socket, request) => [socket.id, request.user]);
      for (const client of server.clients) expectTypeOf(client.id).toBeNumber();
      const plain = new WebSocket.WebSocketServer();
      plain.on("connection", (socket: Alive) => (socket.isAlive = true));
      const verifyClient: WebSocket.VerifyClientCallbackAsync = (info, done) => done(info.origin.length > 0);
      const options: WebSocket.ServerOptions = {
        port: 1,
        verifyClient,
        perMessageDeflate: { zlibDeflateOptions: { flush: 0 } },
      };
      void new WebSocket.Server(options);
    };
    void use;
  });

  it("let classes override methods, and modules add members", () => {
    const use = (socket: WebSocket.WebSocket): void => {
      expectTypeOf(socket.addedByProgram).toBeString();
      const options: WebSocket.ClientOptions = { addedOption: 2 };
      // oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- as programs write it
      const servers: WebSocket.Server<typeof WebSocket>[] = [new OverridingServer(), new WebSocket.Server()];
      new Overriding("ws://x", options).attach(servers.length);
    };
    void use;
  });
});
