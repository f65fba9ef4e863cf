// Small operations, each on the built packages of one tree: `MICRO_ROOT` is that tree.
import path from "node:path";
import { loadSource } from "../../scripts/load-source.mjs";

const root = process.env.MICRO_ROOT ?? path.join(import.meta.dirname, "../..");
const load = (...files) => loadSource(path.join(root, "packages"), ...files);

const core = await load("websocket/src/core/index.ts");
const { Connection, PreparedMessage, ReaderPool, maskedFrame, textFrame } = core;
const { decodeText, encodeText, readLimits } = await load(
  "server/src/core/decode-text.ts",
  "server/src/core/encode.ts",
  "server/src/limits.ts",
);
const { Adapter } = await load("adapter/src/index.ts");

const TEXT_60 = `42["news",${JSON.stringify({ id: 12345, s: "hello, hello, hello" })}]`.padEnd(60, " ").slice(0, 60);
const TEXT_1K = `42["news",${JSON.stringify({ rows: Array.from({ length: 28 }, (_, id) => ({ id, name: `row ${id}` })) })}]`;
const EVENT = ["news", { id: 12345, s: "hello" }];
const WIRE = '2["news",{"id":12345,"s":"hello"}]';
const limits = readLimits({});

/** A server connection that has been opened; its messages go nowhere. */
function openConnection() {
  const ignore = () => {};
  const messages = { onText: ignore, onTextBytes: ignore, onBinary: ignore };
  const shell = {
    onPing: ignore,
    onPong: ignore,
    onError: ignore,
    perform: ignore,
    pauseReading: ignore,
    resumeReading: ignore,
  };
  const connection = new Connection("server", messages, shell);
  const limits = { maxPayloadBytes: 1_000_000, maxFragments: 0, maxChunks: 0, skipsUtf8Check: false };
  connection.open(new ReaderPool("server", limits), null);
  connection.textAs("string");
  return connection;
}

/** Parsing unmasks in place, so each run gets a fresh copy of the chunk. */
function parse(text) {
  const connection = openConnection();
  const wire = maskedFrame(0x81, Buffer.from(text), 0x1234_5678);
  const chunk = Buffer.allocUnsafe(wire.length);
  return () => {
    wire.copy(chunk);
    connection.receive(chunk);
  };
}

function fakeNamespace(size) {
  const sockets = new Map();
  const client = { writeToEngine: () => {} };
  for (let n = 0; n < size; n++) sockets.set(`s${n}`, { id: `s${n}`, client, notifyOutgoingListeners: () => {} });
  return { name: "/", sockets, _ids: 0, server: { encoder: { encode: () => [WIRE] }, opts: {} } };
}

function joinAndLeave() {
  const adapter = new Adapter(fakeNamespace(1));
  let turn = 0;
  return () => {
    const room = `room:${turn++ % 1000}`;
    adapter.addAll("s0", new Set([room]));
    adapter.del("s0", room);
  };
}

function broadcast(size) {
  const namespace = fakeNamespace(size);
  const adapter = new Adapter(namespace);
  for (const id of namespace.sockets.keys()) adapter.addAll(id, new Set([id, "room"]));
  const options = { rooms: new Set(["room"]), except: new Set(), flags: {} };
  return () => adapter.broadcast({ type: 2, data: EVENT, nsp: "/" }, options);
}

/** Name to function; the name says the unit of work. */
export const CASES = {
  "parse a masked text frame, 60 B": parse(TEXT_60),
  "parse a masked text frame, 1 kB": parse(TEXT_1K),
  "frame a text, 60 B": () => textFrame(TEXT_60),
  "frame a prepared message": () => new PreparedMessage(TEXT_60).frame,
  "encode an event": () => encodeText(2, "/", undefined, EVENT),
  "decode an event": () => decodeText(WIRE, limits),
  "join and leave a room": joinAndLeave(),
  "broadcast to 1,000 sockets (stubs)": broadcast(1_000),
};
