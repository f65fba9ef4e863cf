// What a client does, the same in Node and in a page: a scenario is given a connected socket and a number of events.
// Contents and order of what comes back are checked.
const VALUE = { id: 12345, s: "hello" };
const BATCH = 200;

function expectEqual(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: expected ${expected}, got ${actual}`);
}

/** Emits `count` events, waiting after each batch until the server has them. */
async function emit(socket, count) {
  for (let n = 0; n < count; n += BATCH) {
    for (let k = 0; k < BATCH; k++) socket.emit("nothing", VALUE);
    expectEqual(await socket.emitWithAck("ack", n), n, "acknowledgement");
  }
}

function receive(socket, count) {
  return new Promise((resolve, reject) => {
    let next = 0;
    socket.off("news");
    socket.on("news", (n) => {
      if (n !== next) return reject(new Error(`expected event ${next}, got ${n}`));
      next += 1;
      return next === count ? resolve() : undefined;
    });
    socket.emit("burst", count, VALUE);
  });
}

/** Keeps `depth` events on the way; `check` tells whether the n-th answer is right. */
function echo(depth, value, check) {
  return (socket, count) =>
    new Promise((resolve, reject) => {
      let sent = 0;
      let received = 0;
      const send = () => socket.emit("echo", value(sent++));
      socket.off("echo");
      socket.on("echo", (answer) => {
        if (!check(answer, received)) return reject(new Error(`echo ${received} differs`));
        received += 1;
        if (received === count) return resolve();
        return sent < count ? send() : undefined;
      });
      for (let n = 0; n < depth; n++) send();
    });
}

const object = (n) => ({ n, s: "hello" });
const sameObject = (answer, n) => answer.n === n && answer.s === "hello";

async function ask(socket, count) {
  for (let n = 0; n < count; n += 16) {
    const answers = await Promise.all(Array.from({ length: 16 }, (_, k) => socket.emitWithAck("ack", n + k)));
    answers.forEach((answer, k) => expectEqual(answer, n + k, "acknowledgement"));
  }
}

const bytes = new Uint8Array(1_024).fill(7);
const sameBytes = (answer) => {
  const view = ArrayBuffer.isView(answer) ? answer : new Uint8Array(answer);
  return view.byteLength === bytes.length && view[0] === 7 && view[1_023] === 7;
};

/** By name: title, number of events at scale 1, and the work. */
export const SCENARIOS = {
  emit: { title: "emit", count: 40_000, run: emit },
  receive: { title: "receive", count: 60_000, run: receive },
  "echo-1": { title: "echo, one event on the way", count: 4_000, run: echo(1, object, sameObject) },
  "echo-16": { title: "echo, 16 events on the way", count: 24_000, run: echo(16, object, sameObject) },
  "ack-16": { title: "emit with acknowledgement, 16 on the way", count: 16_000, run: ask },
  "binary-16": { title: "binary echo of 1 KiB, 16 on the way", count: 6_000, run: echo(16, () => bytes, sameBytes) },
};

/** Connects over websocket, and resolves with the socket once it is connected. */
export function connect(io, url) {
  const socket = io(url, { transports: ["websocket"], forceNew: true });
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(socket));
    socket.once("connect_error", reject);
  });
}
