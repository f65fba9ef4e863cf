import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { connect, serve } from "../support/serve.mjs";

export const name = "socketio-auth, passport.socketio, socket.io-stream, socketio-file-upload, rate-limiter-flexible";
export const packages = {
  "socketio-auth": "0.1.1",
  "passport.socketio": "3.7.0",
  "cookie-parser": "1.4.7",
  "express-session": "1.18.2",
  "socket.io-stream": "0.9.1",
  "socketio-file-upload": "0.7.3",
  "rate-limiter-flexible": "8.2.1",
};

export async function run(context) {
  for (const check of [checkAuth, checkPassport, checkStreams, checkUpload, checkRate]) await check(context);
}

/** It takes sockets out of their namespace's connections until they have said who they are. */
async function checkAuth(context) {
  const { io, url } = await serve(context);
  context.require("socketio-auth")(io, {
    timeout: 300,
    authenticate: (_socket, { password }, done) => done(null, password === "right"),
    postAuthenticate: (socket) => socket.on("ask", (done) => done("told")),
  });
  const socket = await connect(context, url);
  const isWelcome = new Promise((resolve) => socket.once("authenticated", resolve));
  socket.emit("authentication", { password: "right" });
  context.equal(await isWelcome, true, "socketio-auth: the right password");
  context.equal(await socket.emitWithAck("ask"), "told", "socketio-auth: an event after it");
  const wrong = await connect(context, url);
  const refused = new Promise((resolve) => wrong.once("unauthorized", ({ message }) => resolve(message)));
  const gone = new Promise((resolve) => wrong.once("disconnect", resolve));
  wrong.emit("authentication", { password: "wrong" });
  const outcome = [await refused, await gone];
  context.equal(outcome, ["Authentication failure", "io server disconnect"], "socketio-auth: a wrong password");
  const silent = await connect(context, url);
  const reason = await new Promise((resolve) => silent.once("disconnect", resolve));
  context.equal(reason, "io server disconnect", "socketio-auth: no password");
}

/** It reads the session of the handshake's cookie, and makes the user a property of the request. */
async function checkPassport(context) {
  const { authorize } = context.require("passport.socketio");
  const { MemoryStore } = context.require("express-session");
  const store = new MemoryStore();
  await new Promise((resolve) => store.set("id", { passport: { user: 5 }, cookie: {} }, resolve));
  const { io, url } = await serve(context);
  io.use(
    authorize({
      cookieParser: context.require("cookie-parser"),
      key: "session",
      secret: "secret",
      store,
      passport: { _key: "passport", deserializeUser: (id, _request, done) => done(null, { id }) },
      success: (_data, accept) => accept(),
      fail: (_data, message, _critical, accept) => accept(new Error(message)),
    }),
  );
  io.on("connection", (socket) => socket.emit("user", socket.request.user));
  const signature = createHmac("sha256", "secret").update("id").digest("base64").replace(/=+$/, "");
  const cookie = `session=${encodeURIComponent(`s:id.${signature}`)}`;
  const { io: open } = await context.load("socket.io-client");
  const socket = open(url, { forceNew: true, extraHeaders: { cookie } });
  context.onEnd(() => socket.disconnect());
  const user = await new Promise((resolve) => socket.once("user", resolve));
  context.equal(user, { id: 5, logged_in: true }, "passport.socketio: the user of a session");
  const { message } = await connect(context, url).catch((error) => error);
  context.equal(message, "No session found", "passport.socketio: no session");
}

/** Its streams are made of events with binary data, by hooks on both sides. */
async function checkStreams(context) {
  const streams = context.require("socket.io-stream");
  const { io, url } = await serve(context);
  const received = [];
  io.on("connection", (socket) => {
    streams(socket).on("up", async (stream, { title }) => {
      received.push([title, Buffer.concat(await stream.toArray()).length]);
    });
    streams(socket).on("down", (stream) => Readable.from([Buffer.alloc(100_000), Buffer.alloc(5)]).pipe(stream));
  });
  const socket = await connect(context, url);
  const up = streams.createStream();
  streams(socket).emit("up", up, { title: "é" });
  Readable.from([Buffer.alloc(50_000), Buffer.alloc(70_000)]).pipe(up);
  await context.eventually(() => received, [["é", 120_000]], "socket.io-stream: to the server");
  const down = streams.createStream();
  let bytes = 0;
  down.on("data", ({ length }) => (bytes += length));
  streams(socket).emit("down", down);
  await context.eventually(() => bytes, 100_005, "socket.io-stream: from the server");
}

async function checkUpload(context) {
  const Upload = context.require("socketio-file-upload");
  const dir = path.join(context.folder, "uploads");
  mkdirSync(dir);
  const { io, url } = await serve(context);
  io.on("connection", (socket) => Object.assign(new Upload(), { dir }).listen(socket));
  const socket = await connect(context, url);
  const content = Buffer.alloc(5000, 7);
  socket.on("siofu_ready", ({ id }) => {
    socket.emit("siofu_progress", { id, start: 0, end: 5000, size: 5000, content, base64: false });
    socket.emit("siofu_done", { id });
  });
  const complete = new Promise((resolve) => socket.once("siofu_complete", resolve));
  const file = {
    id: 1,
    name: "file.bin",
    size: 5000,
    mtime: new Date(),
    encoding: "octet",
    clientDetail: {},
    meta: {},
  };
  socket.emit("siofu_start", file);
  context.equal((await complete).success, true, "socketio-file-upload: an upload");
  context.equal(readFileSync(path.join(dir, "file.bin")).equals(content), true, "socketio-file-upload: the file");
}

async function checkRate(context) {
  const { RateLimiterMemory } = context.require("rate-limiter-flexible");
  const limiter = new RateLimiterMemory({ points: 3, duration: 60 });
  const { io, url } = await serve(context);
  io.on("connection", (socket) => {
    socket.on("event", async (done) => {
      try {
        await limiter.consume(socket.handshake.address);
        done("taken");
      } catch {
        done("blocked");
      }
    });
  });
  const socket = await connect(context, url);
  const answers = [];
  for (let n = 0; n < 4; n++) answers.push(await socket.emitWithAck("event"));
  context.equal(answers, ["taken", "taken", "taken", "blocked"], "rate-limiter-flexible: more events than allowed");
}
