// A server that speaks Engine.IO well and Socket.IO badly. The client may lose the connection, with a reason; it never throws,
// never hangs, and comes back.
import { describe, expect, it, onTestFinished } from "vitest";
import type { WebSocket } from "ws";
import { io, type Socket } from "@halyard/client";
import { openPacket, startEvil } from "./support.js";

const CONNECTED = '40{"sid":"session"}';
const placeholder = (num: unknown): string => JSON.stringify({ _placeholder: true, num });
const args = (count: number): string => `["a"${",0".repeat(count)}]`;

interface Evening {
  socket: Socket;
  /** `disconnect <reason>: <error>`, `connect_error <message>`, received events. */
  log: string[];
}

/** Connects to a server that answers CONNECT with `messages`; the second connection gets a good answer and an event. */
async function meet(messages: readonly (string | Buffer)[], options = {}): Promise<Evening> {
  let connections = 0;
  const { uri } = await startEvil({
    websocket: (ws: WebSocket) => {
      const isFirst = ++connections === 1;
      ws.send(openPacket());
      ws.on("message", (data: Buffer) => {
        if (!data.toString().startsWith("40")) return;
        for (const message of isFirst ? messages : [CONNECTED, '42["well"]']) ws.send(message);
      });
    },
  });
  const socket = io(uri, {
    transports: ["websocket"],
    forceNew: true,
    reconnectionDelay: 10,
    randomizationFactor: 0,
    ...options,
  });
  onTestFinished(() => void socket.disconnect());
  const log: string[] = [];
  socket.on("disconnect", (reason, details) =>
    log.push(`disconnect ${reason}: ${(details as Error | undefined)?.message}`),
  );
  socket.on("connect_error", (error) => log.push(`connect_error ${error.message}`));
  socket.onAny((event) => log.push(String(event)));
  return { socket, log };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("not within 15 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("a message that is no packet ends the connection, and the client comes back", () => {
  const rows: [title: string, messages: (string | Buffer)[], error: string][] = [
    ["nothing", ["4"], "Unknown type: undefined"],
    ["a letter", ["4x"], "unknown packet type NaN"],
    ["an unknown type", ["47"], "unknown packet type 7"],
    ["half a text", ['42["a"'], "invalid payload"],
    ["an event without data", ["42"], "invalid payload"],
    ["an event that is an object", ['42{"a":1}'], "invalid payload"],
    ["an event that is null", ["42null"], "invalid payload"],
    ["an event without a name", ["42[]"], "invalid payload"],
    ["an event whose name is an object", ['42[{"toString":1}]'], "invalid payload"],
    ["an event whose name is null", ["42[null]"], "invalid payload"],
    ["an event with a reserved name", ['42["connect"]'], "invalid payload"],
    ["an event that pretends to be a disconnection", ['42["disconnect","transport close"]'], "invalid payload"],
    ["an acknowledgement without data", ["431"], "invalid payload"],
    ["an acknowledgement that is an object", ["431{}"], "invalid payload"],
    ["an id beyond the safe integers", ['4299999999999999999999["a"]'], "invalid payload"],
    ["data of a disconnection", ['41["a"]'], "invalid payload"],
    ["a CONNECT that is a list", ["40[]"], "invalid payload"],
    ["a CONNECT that is null", ["40null"], "invalid payload"],
    ["a refusal that is null", ["44null"], "invalid payload"],
    ["a refusal that is a number", ["445"], "invalid payload"],
    ["an argument bomb", [`42${args(1_000_000)}`], "too many arguments"],
    ["one argument too many", [`42${args(1001)}`], "too many arguments"],
    ["an acknowledgement of too many arguments", [`430[0${",0".repeat(1001)}]`], "too many arguments"],
    ["deep nesting", [`42["a",${"[".repeat(100_000)}${"]".repeat(100_000)}]`], "invalid payload"],
    ["deep objects", [`42["a",${'{"a":'.repeat(5000)}1${"}".repeat(5000)}]`], "invalid payload"],
    ["deep nesting that does not end", [`42["a",${"[".repeat(100_000)}`], "invalid payload"],
    ["no attachments", ['450-["a"]'], "Illegal attachments"],
    ["a million attachments", ['451000000-["a"]'], "too many attachments"],
    ["an exponential number of attachments", ['451e1-["a"]'], "Illegal attachments"],
    ["stray binary", [Buffer.of(1)], "got binary data when not reconstructing a packet"],
    [
      "text among attachments",
      [`451-["a",${placeholder(0)}]`, '42["b"]'],
      "got plaintext data when reconstructing a packet",
    ],
    ["a placeholder out of range", [`451-["a",${placeholder(1)}]`, Buffer.of(1)], "illegal attachments"],
    ["a placeholder of a fraction", [`451-["a",${placeholder(0.5)}]`, Buffer.of(1)], "illegal attachments"],
    [
      "a placeholder that names a method",
      [`451-["a",${placeholder("constructor")}]`, Buffer.of(1)],
      "illegal attachments",
    ],
    [
      "a placeholder used twice",
      [`451-["a",${placeholder(0)},${placeholder(0)}]`, Buffer.of(1)],
      "illegal attachments",
    ],
    ["an attachment nobody asked for", ['451-["a"]', Buffer.of(1)], "illegal attachments"],
  ];
  it.each(rows)("%s", async (_title, messages, error) => {
    const { socket, log } = await meet([CONNECTED, ...messages]);
    await until(() => log.includes("well"));
    expect(log).toEqual([`disconnect parse error: ${error}`, "well"]);
    expect(socket.connected).toBe(true);
  });

  it.each(rows)("%s, before the answer to CONNECT", async (_title, messages, error) => {
    const { log } = await meet(messages);
    await until(() => log.includes("well"));
    expect(log).toEqual([`disconnect parse error: ${error}`, "well"]);
  });
});

describe("a packet nobody waits for is ignored", () => {
  it.each([
    ["an acknowledgement", '437["a"]'],
    ["an event of another namespace", '42/other,["a"]'],
    ["an event of a namespace called __proto__", '42/__proto__,["a"]'],
    ["a disconnection from another namespace", "41/other,"],
    ["a refusal of another namespace", '44/other,{"message":"no"}'],
    ["a CONNECT of another namespace", '40/other,{"sid":"a"}'],
  ])("%s", async (_title, message) => {
    const { socket, log } = await meet([CONNECTED, message, '42["after"]']);
    await until(() => log.includes("after"));
    expect(log).toEqual(["after"]);
    expect(socket.connected).toBe(true);
  });
});

describe("a wrong answer to CONNECT is a connect_error", () => {
  const outdated = expect.stringContaining("Socket.IO server in v2.x") as string;
  it.each([
    ["nothing", "40", outdated],
    ["no sid", "40{}", outdated],
    ["a sid that is no text", '40{"sid":{"a":1}}', outdated],
    ["a refusal that is a text", '44"no"', "connect_error no"],
    ["a refusal without a message", "44{}", "connect_error "],
    ["a refusal whose message is an object", '44{"message":{}}', "connect_error [object Object]"],
  ])("%s", async (_title, message, expected) => {
    const { log } = await meet([message]);
    await until(() => log.length > 0);
    expect(log).toEqual([expected]);
  });
});

describe("bounds", () => {
  it("takes as many arguments as there may be", async () => {
    const { socket, log } = await meet([CONNECTED, `42${args(1000)}`]);
    let count = 0;
    socket.on("a", (...received: unknown[]) => (count = received.length));
    await until(() => count > 0);
    expect(count).toBe(1000);
    expect(log).toEqual(["a"]);
  });

  it("does not collect events for ever when CONNECT is not answered", async () => {
    const flood = Array.from({ length: 10_001 }, () => '42["flood"]');
    const { log } = await meet(flood);
    await until(() => log.includes("well"));
    expect(log).toEqual(["disconnect parse error: too many events before CONNECT", "well"]);
  });

  it("forgets a half received packet with the connection it came by", async () => {
    const { socket, log } = await meet([CONNECTED, `451-["a",${placeholder(0)}]`]);
    await until(() => socket.connected);
    socket.io.engine.close();
    await until(() => log.includes("well"));
    expect(log).toEqual(["disconnect forced close: undefined", "well"]);
  });

  it("does not let data touch a prototype", async () => {
    const { socket } = await meet([
      CONNECTED,
      '42["a",{"__proto__":{"polluted":1}}]',
      `451-["b",{"__proto__":{"polluted":${placeholder(0)}}}]`,
      Buffer.of(1),
    ]);
    const received: unknown[] = [];
    socket.on("b", (value: unknown) => received.push(value));
    await until(() => received.length === 1);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("a listener that throws", () => {
  it("does not cost the packets that came with the event", async () => {
    const { socket } = await meet([CONNECTED, '42["bad"]', '42["good"]']);
    const uncaught: unknown[] = [];
    const original = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => uncaught.push(error.message));
    onTestFinished(() => {
      process.removeAllListeners("uncaughtException");
      for (const listener of original) process.on("uncaughtException", listener);
    });
    let isGood = false;
    socket.on("bad", () => {
      throw new Error("thrown by a listener");
    });
    socket.on("good", () => (isGood = true));
    await until(() => isGood);
    expect(uncaught).toEqual(["thrown by a listener"]);
    expect(socket.connected).toBe(true);
  });
});

describe("silence", () => {
  it("is a ping timeout", async () => {
    const { uri } = await startEvil({
      websocket: (ws: WebSocket) => {
        ws.send(openPacket({ pingInterval: 50, pingTimeout: 50 }));
        ws.send(CONNECTED);
      },
    });
    const socket = io(uri, { transports: ["websocket"], forceNew: true, reconnection: false });
    onTestFinished(() => void socket.disconnect());
    const [reason, details] = await new Promise<unknown[]>((resolve) =>
      socket.on("disconnect", (...reported) => resolve(reported)),
    );
    expect(reason).toBe("ping timeout");
    expect(details).toMatchObject({ initiator: "network" });
  });
});
