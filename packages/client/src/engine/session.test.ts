import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Socket } from "./socket.js";
import { SocketWithoutUpgrade } from "./socket-without-upgrade.js";
import { Transport } from "./transports/transport.js";
import type { RawData } from "./types.js";
import { textBytes, wireBytes } from "./wire-bytes.js";

/** A transport that opens a session as soon as it is made, and writes nowhere. */
function openTransport(maxPayload: number | undefined, sizeOf: (data: RawData) => number): new () => Transport {
  return class extends Transport {
    get name(): string {
      return "fake";
    }
    override sizeOf(data: RawData): number {
      return sizeOf(data);
    }
    protected doOpen(): void {
      this.onOpen();
      const handshake = { sid: "a", upgrades: [], pingInterval: 1000, pingTimeout: 1000, maxPayload };
      queueMicrotask(() => this.onPacket({ type: "open", data: JSON.stringify(handshake) }));
    }
    protected doClose(): void {}
    protected write(): void {}
  } as unknown as new () => Transport;
}

async function openSession(maxPayload: number | undefined, sizeOf = wireBytes): Promise<SocketWithoutUpgrade> {
  const session = new SocketWithoutUpgrade("http://localhost", { transports: [openTransport(maxPayload, sizeOf)] });
  await new Promise<void>((resolve) => session.on("open", resolve));
  return session;
}

const views = [Uint8Array, Uint16Array, Float64Array, BigInt64Array] as const;
const messages = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.constantFrom("a", "ü", "€", "😀", "\ud800"), maxLength: 40 }),
  fc.nat(40).map((length) => new ArrayBuffer(length)),
  fc.tuple(fc.constantFrom(...views), fc.nat(12)).map(([View, length]) => new View(length)),
  fc.nat(40).map((length) => new Blob([new Uint8Array(length)])),
);

describe("checkSize", () => {
  it.each([
    ["binary as it is", wireBytes],
    ["binary as base64", textBytes],
  ])("refuses what is too long, and nothing else: %s", async (_title, sizeOf) => {
    await fc.assert(
      fc.asyncProperty(messages, fc.integer({ min: 1, max: 200 }), async (message, maxPayload) => {
        const session = await openSession(maxPayload, sizeOf);
        const bytes = sizeOf(message);
        expect(session.checkSize(message)?.message).toBe(
          bytes > maxPayload
            ? `message of ${bytes} bytes exceeds the maxPayload of the server, ${maxPayload} bytes`
            : undefined,
        );
        session.close();
      }),
    );
  });

  it("does not count a text that is short whatever its characters are", async () => {
    const session = await openSession(1_000_000, () => expect.unreachable());
    expect(session.checkSize("€".repeat(60_000))).toBeNull();
    session.close();
  });

  it.each([undefined, 0])("knows no limit where the server names none: %s", async (maxPayload) => {
    const session = await openSession(maxPayload);
    expect(session.checkSize("a".repeat(2_000_000))).toBeNull();
    expect(session.checkSize(new Blob(["a"]))).toBeNull();
    session.close();
  });
});

describe("an error of the transport", () => {
  const failing = (): { session: SocketWithoutUpgrade; heard: string[] } => {
    const transport = class extends Transport {
      get name(): string {
        return "fake";
      }
      protected doOpen(): void {}
      protected doClose(): void {}
      protected write(): void {}
    } as unknown as new () => Transport;
    const session = new SocketWithoutUpgrade("http://localhost", { transports: [transport] });
    const heard: string[] = [];
    session.on("error", () => heard.push("error"));
    session.on("close", (reason, error) => heard.push(`${reason}: ${(error as Error).message}`));
    return { session, heard };
  };

  it("is the reason, though a listener closes the session", () => {
    const { session, heard } = failing();
    session.on("error", () => session.close());
    session._onError(new Error("refused"));
    expect(heard).toEqual(["error", "transport error: refused"]);
  });

  it("closes the session though a listener throws", () => {
    const { session, heard } = failing();
    session.on("error", () => {
      throw new Error("of a listener");
    });
    expect(() => session._onError(new Error("refused"))).toThrow("of a listener");
    expect(heard).toEqual(["error", "transport error: refused"]);
    expect(session.readyState).toBe("closed");
  });
});

describe("what programs reach of a session", () => {
  it("keeps what was not sent for a listener of `close` that took it", async () => {
    const session = await openSession(undefined);
    session.send("a");
    let unsent: readonly unknown[] = [];
    session.on("close", () => (unsent = session.writeBuffer));
    session._onError(new Error("refused"));
    expect(unsent).toMatchObject([{ type: "message", data: "a" }]);
    expect(session.writeBuffer).toEqual([]);
  });

  it("has one priorWebsocketSuccess for all its classes", () => {
    const names = [];
    for (const isSuccess of [true, false]) {
      Socket.priorWebsocketSuccess = isSuccess;
      expect(SocketWithoutUpgrade.priorWebsocketSuccess).toBe(isSuccess);
      const session = new Socket("http://localhost", { rememberUpgrade: true, transports: ["polling", "websocket"] });
      names.push(session.transport.name);
      expect(session.opts.transports).toEqual(["polling", "websocket"]);
      session.close();
    }
    expect(names).toEqual(["websocket", "polling"]);
  });
});
