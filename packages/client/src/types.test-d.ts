// Written as a program that was made for the types of socket.io-client.
import { describe, expectTypeOf, it } from "vitest";
import {
  io,
  type Manager,
  type DisconnectDescription,
  type ManagerOptions,
  type Socket,
  type SocketOptions,
} from "./index.js";

type Options = Partial<ManagerOptions & SocketOptions>;

describe("the types of the client", () => {
  it("let programs change the options between two connections", () => {
    const use = (socket: Socket): void => {
      const { opts } = socket.io;
      opts.query!["attempt"]++;
      opts.extraHeaders!["authorization"] = "x";
      opts.transports!.reverse();
      opts.transports = ["polling", "websocket"];
      expectTypeOf(opts.timeout).toEqualTypeOf<number | undefined>();
    };
    void use;
  });

  it("let wrappers add to the options they were given", () => {
    const use = (given: Options): Socket => {
      const { query, extraHeaders, timeout = 5, ...rest } = given;
      return io({
        ...rest,
        query: { ...query, v: 1 },
        extraHeaders: { ...extraHeaders, a: "b" },
        timeout: timeout * 2,
      });
    };
    void use;
  });

  it("describe a disconnection in words, unless it is an error", () => {
    const use = (socket: Socket): void => {
      socket.on("disconnect", (_reason, details) => {
        if (details instanceof Error) details.message.trim();
        else expectTypeOf(details?.description).toEqualTypeOf<string | undefined>();
      });
      socket.io.on("close", (_reason, details) =>
        expectTypeOf(details).toEqualTypeOf<DisconnectDescription | undefined>(),
      );
    };
    void use;
  });

  it("know the manager of a socket", () => {
    expectTypeOf<Socket["io"]>().toExtend<Manager>();
  });
});

it("lets tests have stand-ins, as jest.Mocked and Vitest's Mocked", () => {
  type Mocked<T> = { [K in keyof T]: T[K] } & T;
  const use = (socket: Mocked<Socket>, manager: Mocked<Manager>): void => {
    socket.connected = true;
    socket.id = "some id";
    socket.removeAllListeners().disconnect();
    manager.opts.query = {};
  };
  expectTypeOf(use).returns.toBeVoid();
});
