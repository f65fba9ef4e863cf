// Everything an application can hang into a server, failing in every way a peer can ask for. Nothing of it may end the process.

const fail = () => {
  throw new Error("hook failed");
};
const reject = () => Promise.reject(new Error("hook failed"));
/* oxlint-disable unicorn/no-thenable -- promises of other libraries, and what passes for one */
const rejectForeign = () => ({ then: (_resolved, rejected) => rejected(new Error("hook failed")) });
const failInThen = () => ({ then: fail });
/* oxlint-enable unicorn/no-thenable */

/** Calls `next` well or badly, as `mode` asks. */
function act(mode, next) {
  switch (mode) {
    case "throws":
      return fail();
    case "rejects":
      return reject();
    case "rejects, thenable":
      return rejectForeign();
    case "throws in then":
      return failInThen();
    case "twice":
      next();
      next(new Error("twice"));
      return next();
    case "next, then throws":
      next();
      return fail();
    case "next, then rejects":
      next();
      return reject();
    case "error, then next":
      next(new Error("no entry"));
      return next();
    default:
      return next();
  }
}

/** Ids of sessions, by the header `x-id`. */
function makeId(request, byDefault) {
  switch (request.headers["x-id"]) {
    case "number":
      return Math.floor(Math.random() * 1e9);
    case "nothing":
      return undefined;
    case "null":
      return null;
    case "object":
      return { toString: fail };
    case "throws":
      return fail();
    case "rejects":
      return reject();
    case "rejects, thenable":
      return rejectForeign();
    case "throws in then":
      return failInThen();
    case "nothing, later":
      return Promise.resolve();
    case "query":
      return request._query.id;
    default:
      return byDefault();
  }
}

function installEngineHooks(engine) {
  const byDefault = engine.generateId.bind(engine);
  engine.generateId = (request) => makeId(request, byDefault);
  engine.use((request, _response, next) => act(request.headers["x-hook"], next));
  for (const event of ["initial_headers", "headers"]) {
    engine.on(event, (headers, { _query: { field, value } }) => {
      if (field !== undefined) headers[field] = value;
    });
  }
}

function installMatchers(io) {
  io.of((name, auth, next) => {
    switch (name) {
      case "/match-throws":
        return fail();
      case "/match-rejects":
        return reject();
      case "/match-thenable":
        return rejectForeign();
      case "/match-then":
        return failInThen();
      case "/match-twice":
        next(null, true);
        next(null, false);
        return next(new Error("no"), true);
      case "/match-no-then-yes":
        next(null, false);
        return next(null, true);
      case "/match-yes-then-throws":
        next(null, true);
        return fail();
      case "/match-token":
        return next(null, auth.token.startsWith("a"));
      case "/match-never":
        return undefined;
      default:
        return next(null, false);
    }
  }).on("connection", (socket) => socket.emit("hi"));
}

/** Events whose listeners fail in ways that stay ours to handle. */
function installListeners(socket) {
  const circle = {};
  circle.self = circle;
  socket.use(([, mode], next) => act(mode, next));
  socket.on("mode", () => {});
  socket.on("async", reject);
  socket.on("error", () => {});
  socket.on("circle", async (room) => socket.to(room).emit("circle", circle));
  socket.on("circle to all", async () => socket.nsp.emit("circle", circle));
  socket.on("circle back", async (reply) => reply(circle));
  socket.on("ask", () => socket.emit("question", reject));
  socket.on("ask in time", () => socket.timeout(30).emit("question", reject));
  socket.on("ask all", () => socket.nsp.timeout(30).emit("question", reject));
  socket.on("ask and wait", async () => fail(await socket.timeout(30).emitWithAck("question")));
  socket.on("disconnect", reject);
}

/** @param io a server that is attached */
export function installHooks(io) {
  io.on("handler_error", () => {});
  installEngineHooks(io.engine);
  installMatchers(io);
  io.of("/entry").use((socket, next) => act(socket.handshake.auth.mode, next));
  io.of("/entry").use((_socket, next) => next());
  io.of("/events").on("connection", installListeners);
  io.of("/rejects").on("connection", reject);
}
