import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { connect, serve } from "../support/serve.mjs";

export const name = "files, streams and signalling by plugins of socket.io";
export const packages = {
  "socket.io-file": "2.0.31",
  "socket-file": "8.0.1",
  delivery: "0.0.6",
  "@sap_oss/node-socketio-stream": "1.0.8",
  "socket.io-duplexstream": "0.1.17",
  "socket.io-pull-stream": "0.1.5",
  "pull-stream": "3.7.0",
  "socket.io-serial": "0.4.0",
  "simple-signal-server": "3.0.0",
  "rtcmulticonnection-server": "1.3.3",
  "@phygrid/socket.io-proxy": "4.4.26",
  mime: "1.6.0",
};

export async function run(context) {
  const checks = [checkUpload, checkPatch, checkDelivery, checkStreams, checkPull, checkSerial];
  for (const check of [...checks, checkSignals, checkRooms, checkProxy]) await check(context);
}

async function checkUpload(context) {
  const Upload = context.require("socket.io-file");
  const uploadDir = path.join(context.folder, "uploads");
  const { io, url } = await serve(context);
  io.on("connection", (socket) => void new Upload(socket, { uploadDir, chunkSize: 1000 }));
  const socket = await connect(context, url);
  const content = Buffer.alloc(2500, 9);
  let sent = 0;
  socket.on("socket.io-file::request::1", () => {
    if (sent >= 2500) socket.emit("socket.io-file::done::1");
    else socket.emit("socket.io-file::stream::1", content.subarray(sent, (sent += 1000)));
  });
  socket.emit("socket.io-file::createFile", { id: 1, name: "a.bin", size: 2500, chunkSize: 1000, sent: 0, data: {} });
  const [{ size }] = await once(socket, "socket.io-file::complete::1");
  const isWhole = readFileSync(path.join(uploadDir, "a.bin")).equals(content);
  context.equal([size, isWhole], [2500, true], "socket.io-file: an upload");
}

async function checkPatch(context) {
  const { socketFile } = await context.load("socket-file");
  const file = path.join(context.folder, "patched.txt");
  writeFileSync(file, "one");
  const { io, url } = await serve(context);
  const auth = (accept, reject) => (_user, password) => (password === "right" ? accept() : reject());
  const files = socketFile(io, { root: "/", size: 512_000, auth });
  await new Promise((resolve) => setImmediate(resolve)); // it listens from the next tick on
  const socket = await connect(context, `${url}/socket-file`);
  socket.emit("auth", "user", "wrong");
  await once(socket, "reject");
  const connection = once(files, "connection");
  socket.emit("auth", "user", "right");
  await connection;
  socket.emit("patch", file, "@@ -1,3 +1,3 @@\n-one\n+two\n");
  context.equal(await once(socket, "message"), ['patch: ok("patched.txt")'], "socket-file: a patch");
  context.equal(readFileSync(file, "utf8"), "two", "socket-file: the file");
}

async function checkDelivery(context) {
  const delivery = context.require("delivery");
  const file = path.join(context.folder, "delivered.bin");
  writeFileSync(file, Buffer.alloc(500, 3));
  const { io, url } = await serve(context);
  const received = [];
  io.on("connection", (socket) => {
    delivery.listen(socket).on("receive.success", ({ name: title, buffer }) => received.push([title, buffer.length]));
  });
  const client = delivery.listen(await connect(context, url));
  client.on("delivery.connect", (connected) => connected.send({ name: "delivered.bin", path: file }));
  client.connect();
  await context.eventually(() => received, [["delivered.bin", 500]], "delivery: a file");
}

async function checkStreams(context) {
  const sap = context.require("@sap_oss/node-socketio-stream");
  const duplex = context.require("socket.io-duplexstream");
  await checkStreamsOf(context, "@sap_oss/node-socketio-stream", sap, sap.createStream);
  await checkStreamsOf(context, "socket.io-duplexstream", duplex.default, duplex.createStream);
}

async function checkStreamsOf(context, title, wrap, createStream) {
  const { io, url } = await serve(context);
  const received = [];
  io.on("connection", (socket) => {
    wrap(socket).on("up", async (stream, data) => received.push([data, Buffer.concat(await stream.toArray()).length]));
    wrap(socket).on("down", (stream) => Readable.from([Buffer.alloc(100_000), Buffer.alloc(5)]).pipe(stream));
  });
  const socket = await connect(context, url);
  const up = createStream();
  wrap(socket).emit("up", up, { title: "é" });
  Readable.from([Buffer.alloc(50_000), Buffer.alloc(7)]).pipe(up);
  await context.eventually(() => received, [[{ title: "é" }, 50_007]], `${title}: to the server`);
  const down = createStream();
  let bytes = 0;
  down.on("data", ({ length }) => (bytes += length));
  wrap(socket).emit("down", down);
  await context.eventually(() => bytes, 100_005, `${title}: from the server`);
}

async function checkPull(context) {
  const addStreams = context.require("socket.io-pull-stream");
  const pull = context.require("pull-stream");
  const { io, url } = await serve(context);
  const received = [];
  io.on("connection", (socket) => {
    addStreams(socket, { codec: "buffer" });
    const keep = (_error, chunks) => received.push(chunks.map(String));
    socket.on("up", (id) => pull(socket.createSource(id), pull.collect(keep)));
  });
  const socket = await connect(context, url);
  addStreams(socket, { codec: "buffer" });
  const sink = socket.createSink();
  socket.emit("up", sink.id);
  pull(pull.values([Buffer.from("a"), Buffer.from("bc")]), sink);
  await context.eventually(() => received, [["a", "bc"]], "socket.io-pull-stream");
}

async function checkSerial(context) {
  const serial = context.require("socket.io-serial");
  const Port = serial.SerialPort ?? serial.SocketSerialPort ?? serial;
  const { io, url } = await serve(context);
  io.on("connection", (client) => {
    const port = new Port({ client, receiveTopic: "in", transmitTopic: "out" });
    port.on("data", (data) => port.write(Buffer.concat([data, data])));
  });
  const port = new Port({ client: await connect(context, url), receiveTopic: "out", transmitTopic: "in" });
  port.write(Buffer.from("ab"));
  context.equal(String(await once(port, "data")), "abab", "socket.io-serial: an echo");
}

async function checkSignals(context) {
  const Signals = context.require("simple-signal-server");
  const { io, url } = await serve(context);
  const server = new Signals(io);
  server.on("discover", (request) => request.discover({ room: 1 }));
  server.on("request", (request) => request.forward({ seen: true }));
  const [ann, bob] = [await connect(context, url), await connect(context, url)];
  for (const socket of [ann, bob]) {
    socket.emit("simple-signal[discover]", {});
    const told = { id: socket.id, discoveryData: { room: 1 } };
    context.equal(await once(socket, "simple-signal[discover]"), [told], "simple-signal: discovery");
  }
  ann.emit("simple-signal[offer]", { sessionId: "s", signal: { sdp: 1 }, target: bob.id, metadata: {} });
  const offer = { initiator: ann.id, sessionId: "s", signal: { sdp: 1 }, metadata: { seen: true } };
  context.equal(await once(bob, "simple-signal[offer]"), [offer], "simple-signal: an offer");
}

async function checkRooms(context) {
  const { addSocket } = context.require("rtcmulticonnection-server");
  const { io, url } = await serve(context, { allowEIO3: true });
  io.on("connection", (socket) => addSocket(socket, { enableLogs: false }));
  const join = (userid) => connect(context, url, { query: { userid, sessionid: "room", msgEvent: "message-of-room" } });
  const [ann, bob] = [await join("ann"), await join("bob")];
  const room = { sessionid: "room", session: { data: true }, extra: {}, identifier: "", streams: [], password: "" };
  context.equal(await ann.emitWithAck("open-room", room), true, "rtcmulticonnection: a room");
  context.equal(await bob.emitWithAck("join-room", room), true, "rtcmulticonnection: its second member");
  bob.emit("message-of-room", { remoteUserId: "ann", message: { hello: 1 }, sender: "bob" });
  context.equal((await once(ann, "message-of-room"))[0].message, { hello: 1 }, "rtcmulticonnection: a message");
  bob.disconnect();
  context.equal(await once(ann, "user-disconnected"), ["bob"], "rtcmulticonnection: the end of a member");
}

async function checkProxy(context) {
  const { getSocketIOWithProxy } = context.require("@phygrid/socket.io-proxy");
  const { io, url } = await serve(context);
  io.on("connection", ({ handshake, conn }) => io.emit("you", handshake.headers.cookie, conn.transport.name));
  const socket = await getSocketIOWithProxy(url, { auth: { deviceId: "d" } });
  context.onEnd(() => socket.disconnect());
  context.equal(await once(socket, "you"), ["deviceId=d", "websocket"], "@phygrid/socket.io-proxy");
}
