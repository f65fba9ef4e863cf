// Written as a program that was made for the types of engine.io.
import WebSocket = require("@halyard/websocket");
import { describe, expectTypeOf, it } from "vitest";
import { Server, type ServerOptions, type Socket } from "./index.js";

describe("the types of the engine", () => {
  it("take the classes and sessions of other libraries", () => {
    const use = (session: { readonly ready: Promise<void> }): void => {
      const server = new Server({ wsEngine: WebSocket.Server, maxBufferedChunks: 5 });
      void server.onWebTransportSession(session);
    };
    void use;
  });

  it("have an address that programs take for a string", () => {
    expectTypeOf<Socket["remoteAddress"]>().toEqualTypeOf<string>();
  });

  it("know the options of permessage-deflate, and no others", () => {
    const options: ServerOptions = { perMessageDeflate: { threshold: 5, zlibDeflateOptions: { level: 3 } } };
    // @ts-expect-error -- a typing error
    options.perMessageDeflate = { treshold: 5 };
    void options;
  });
});
