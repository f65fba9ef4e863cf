import { createServer } from "node:http";
import { addHandlers, checkTransports, connect, get, listen } from "../support/serve.mjs";

export const name = "Express 5 with sessions, passport, helmet and cors on the engine";
export const packages = {
  express: "5.1.0",
  "express-session": "1.18.2",
  passport: "0.7.0",
  "passport-local": "1.0.0",
  helmet: "8.1.0",
  cors: "2.8.5",
};

export async function run(context) {
  const { app, session, passport } = await createApp(context);
  const { Server } = await context.load("socket.io");
  const [{ default: helmet }, { default: cors }] = await Promise.all(["helmet", "cors"].map(context.load));
  const httpServer = createServer(app);
  const io = new Server(httpServer);
  const onHandshake = (middleware) => (req, res, next) =>
    req._query.sid === undefined ? middleware(req, res, next) : next();
  const mishaps = misbehaveOn(io.engine);
  io.engine.use(helmet());
  io.engine.use(cors({ origin: ORIGIN, credentials: true }));
  io.engine.use(onHandshake(session));
  io.engine.use(onHandshake(passport.session()));
  io.engine.use(onHandshake((req, res, next) => (req.user ? next() : res.writeHead(401).end())));
  addHandlers(io);
  const url = await listen(context, httpServer);

  const cookie = await checkLogin(context, url);
  await checkTransports(context, url, { extraHeaders: { cookie } });
  for (const transport of ["polling", "websocket"]) await checkTransport(context, io, url, transport, cookie);
  await checkRefusal(context, url);
  await checkCors(context, url, cookie);
  // socket.io 4.8.4 ends the process for most of these on upgrades: its response has five methods.
  if (context.ours !== null) await checkMisbehaviour(context, url, cookie, mishaps);
}

const ORIGIN = "http://example.org";

/** What a middleware does before it calls `next()`, and what becomes of the client. */
const MISBEHAVIOURS = {
  "end, late": [(res) => setTimeout(() => res.end("late"), 30), "connected"],
  "head and end, late": [(res) => setTimeout(() => res.writeHead(403, { late: "1" }).end("late"), 30), "connected"],
  "headers, late": [(res) => setTimeout(() => res.setHeader("late", "1"), 30), "connected"],
  "answer and go on": [(res) => res.writeHead(403).end("no"), "refused"],
  "answer, then headers": [
    (res) => setTimeout(() => res.setHeader("late", "1"), 30, res.writeHead(403).end()),
    "refused",
  ],
};

/** A middleware that misuses its response as asked by the query, then calls `next()`. @returns what was thrown out of it */
function misbehaveOn(engine) {
  const thrown = [];
  engine.use((req, res, next) => {
    const [act] = MISBEHAVIOURS[req._query.act] ?? [];
    // Node itself throws at who touches the response of a request after its end: for the middleware to catch.
    const isUpgrade = req.headers.upgrade !== undefined;
    const attempt =
      (method) =>
      (...args) => {
        try {
          res[method](...args);
        } catch (error) {
          if (isUpgrade) thrown.push(`${req._query.act}: ${error.message}`);
        }
        return guarded;
      };
    const guarded = Object.fromEntries(["setHeader", "writeHead", "end"].map((method) => [method, attempt(method)]));
    act?.(guarded);
    next();
  });
  return thrown;
}

async function checkCors(context, url, cookie) {
  const target = `${url}/socket.io/?EIO=4&transport=polling`;
  const allowed = (response) =>
    ["origin", "credentials"].map((what) => response.headers.get(`access-control-allow-${what}`));
  const preflight = await fetch(target, {
    method: "OPTIONS",
    headers: { origin: ORIGIN, "access-control-request-method": "POST" },
  });
  context.equal([preflight.status, ...allowed(preflight)], [204, ORIGIN, "true"], "preflight");
  const response = await fetch(target, { headers: { origin: ORIGIN, cookie } });
  context.equal([response.status, ...allowed(response)], [200, ORIGIN, "true"], "handshake of another origin");
}

async function checkMisbehaviour(context, url, cookie, thrown) {
  for (const [act, [, expected]] of Object.entries(MISBEHAVIOURS)) {
    for (const transport of ["polling", "websocket"]) {
      const connecting = connect(context, url, { transports: [transport], extraHeaders: { cookie }, query: { act } });
      const outcome = await connecting.then(
        () => "connected",
        () => "refused",
      );
      context.equal(outcome, expected, `${act}, ${transport}`);
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  context.equal(thrown, [], "thrown at middlewares of upgrades");
  context.equal((await get(`${url}/whoami`))[0], 200, "the application goes on");
}

async function createApp(context) {
  const load = async (one) => (await context.load(one)).default;
  const [express, expressSession, passport] = await Promise.all(["express", "express-session", "passport"].map(load));
  const { Strategy } = context.require("passport-local");
  const session = expressSession({ secret: "secret", resave: true, saveUninitialized: true });
  passport.use(new Strategy((username, password, done) => done(null, password === "right" && { username })));
  passport.serializeUser((user, done) => done(null, user.username));
  passport.deserializeUser((username, done) => done(null, { username }));
  const app = express();
  app.use(express.urlencoded({ extended: false }), session, passport.session());
  app.post("/login", passport.authenticate("local"), (req, res) => res.send(req.user.username));
  app.get("/whoami", (req, res) => res.send(`${req.user?.username} ${req.session.count ?? 0}`));
  return { app, session, passport };
}

async function checkLogin(context, url) {
  const form = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" } };
  context.equal((await get(`${url}/login`, { ...form, body: "username=ann&password=no" }))[0], 401, "wrong password");
  const response = await fetch(`${url}/login`, { ...form, body: "username=ann&password=right" });
  context.equal(await response.text(), "ann", "login");
  const [cookie] = response.headers.getSetCookie()[0].split(";");
  context.equal(await get(`${url}/whoami`, { headers: { cookie } }), [200, "ann 0"], "session by HTTP");
  return cookie;
}

/** The session and the user of the application, in a socket; a change of the session, back in the application. */
async function checkTransport(context, io, url, transport, cookie) {
  io.once("connection", (socket) => {
    const { request } = socket;
    socket.on("whoami", (done) => {
      request.session.reload(() => {
        request.session.count = (request.session.count ?? 0) + 1;
        request.session.save(() => done(request.user.username, request.session.count));
      });
    });
  });
  const socket = await connect(context, url, { transports: [transport], extraHeaders: { cookie } });
  const answer = await new Promise((resolve) => socket.emit("whoami", (...args) => resolve(args)));
  const count = transport === "polling" ? 1 : 2;
  context.equal(answer, ["ann", count], `session by ${transport}`);
  context.equal(await get(`${url}/whoami`, { headers: { cookie } }), [200, `ann ${count}`], "the session, changed");
}

async function checkRefusal(context, url) {
  const refusal = (transport) =>
    connect(context, url, { transports: [transport] }).then(String, (error) => error.message);
  context.equal(await refusal("polling"), "xhr poll error", "stranger by polling");
  const response = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
  context.equal(response.status, 401, "status for a stranger");
  context.equal(response.headers.get("x-frame-options"), "SAMEORIGIN", "headers of helmet");
  // socket.io 4.8.4 ends the process here: "res._implicitHeader is not a function".
  if (context.ours !== null) context.equal(await refusal("websocket"), "websocket error", "stranger by websocket");
  context.equal((await get(`${url}/whoami`))[0], 200, "the application goes on");
}
