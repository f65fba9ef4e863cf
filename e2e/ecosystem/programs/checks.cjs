// What each runtime and each way of installing must be able to do. Needs nothing but what it is given.
const assert = require("node:assert");

const TRANSPORTS = { polling: ["polling"], websocket: ["websocket"], upgrade: ["polling", "websocket"] };

/**
 * Answers to `checkClient`.
 *
 * @param options `emitWithAck`: how to ask a client, for servers without
 */
function addHandlers(io, { emitWithAck = (socket, ...args) => socket.timeout(5000).emitWithAck(...args) } = {}) {
  io.use((socket, next) => {
    const isWrong = socket.handshake.auth.token === "wrong";
    next(isWrong ? Object.assign(new Error("not authorized"), { data: { code: 7 } }) : undefined);
  });
  for (const namespace of [io, io.of("/other")]) {
    namespace.on("connection", (socket) => {
      socket.on("echo", (...args) => args.pop()(...args));
      socket.on("join", (room, done) => {
        socket.join(room);
        done([...socket.rooms].length);
      });
      socket.on("broadcast", (room, ...args) => namespace.to(room).emit("news", ...args));
      socket.on("ask me", async (done) => done(await emitWithAck(socket, "question", 1)));
      socket.on("throw me out", () => socket.disconnect());
    });
  }
}

/**
 * Runs a client through all it should be able to do.
 *
 * @param options those of the client, and `checkRefusal` by `auth` (default true), `ways` of transport (default all),
 *   `broadcastData` (default binary data)
 * @returns the number of checks
 */
async function checkClient(io, url, settings = {}) {
  const {
    checkRefusal = true,
    ways = Object.keys(TRANSPORTS),
    broadcastData = Buffer.from([1, 2]),
    ...options
  } = settings;
  let checks = 0;
  const equal = (actual, expected, what) => {
    assert.deepStrictEqual(actual, expected, what);
    checks++;
  };
  for (const title of ways) {
    const transports = TRANSPORTS[title];
    for (const namespace of ["/", "/other"]) {
      const socket = io(url + namespace, { ...options, transports, forceNew: true, reconnection: false });
      await event(socket, "connect");
      if (title === "upgrade") await upgraded(socket);
      const name = socket.io.engine.transport.name;
      equal(name, title === "upgrade" ? "websocket" : title, "transport");
      await checkSocket(socket, equal, broadcastData);
    }
  }
  if (!checkRefusal) return checks;
  const refused = io(url, { ...options, auth: { token: "wrong" }, forceNew: true, reconnection: false });
  const [error] = await event(refused, "connect_error");
  equal([error.message, error.data], ["not authorized", { code: 7 }], "refusal");
  refused.disconnect();
  return checks;
}

async function checkSocket(socket, equal, broadcastData) {
  const args = [1, "€", { deep: [true, null] }, "x".repeat(100_000)];
  equal(await call(socket, "echo", ...args), args, "echo");
  const [data] = await call(socket, "echo", { data: Buffer.from([0, 1, 255]) });
  equal([...new Uint8Array(data.data)], [0, 1, 255], "binary");
  const many = await Promise.all(Array.from({ length: 50 }, (_, index) => call(socket, "echo", index)));
  equal(
    many.map(([index]) => index),
    Array.from({ length: 50 }, (_, index) => index),
    "fifty at once",
  );
  equal(await call(socket, "join", "room"), [2], "rooms");
  const news = event(socket, "news");
  socket.emit("broadcast", "room", "a", broadcastData);
  const [text, bytes] = await news;
  equal([text, ...new Uint8Array(bytes)], ["a", 1, 2], "broadcast");
  socket.on("question", (number, done) => done(number + 1));
  equal(await call(socket, "ask me"), [2], "acknowledgement by the client");
  const gone = event(socket, "disconnect");
  socket.emit("throw me out");
  equal((await gone)[0], "io server disconnect", "reason");
}

function call(socket, name, ...args) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer to ${name}`)), 10_000);
    socket.emit(name, ...args, (...answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

function event(socket, name) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${name}`)), 10_000);
    if (name !== "connect_error") socket.once("connect_error", reject);
    socket.once(name, (...args) => {
      clearTimeout(timer);
      resolve(args);
    });
  });
}

async function upgraded(socket) {
  const engine = socket.io.engine;
  for (let attempt = 0; attempt < 500 && engine.transport.name !== "websocket"; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

module.exports = { addHandlers, checkClient };
