import { createServer } from "node:http";
import { addHandlers, checkTransports, connect, get, listen } from "../support/serve.mjs";

export const name = "Express 5 with sessions, passport and helmet on the engine";
export const packages = {
  express: "5.1.0",
  "express-session": "1.18.2",
  passport: "0.7.0",
  "passport-local": "1.0.0",
  helmet: "8.1.0",
};

export async function run(context) {
  const { app, session, passport } = await createApp(context);
  const { Server } = await context.load("socket.io");
  const { default: helmet } = await context.load("helmet");
  const httpServer = createServer(app);
  const io = new Server(httpServer);
  const onHandshake = (middleware) => (req, res, next) =>
    req._query.sid === undefined ? middleware(req, res, next) : next();
  io.engine.use(helmet());
  io.engine.use(onHandshake(session));
  io.engine.use(onHandshake(passport.session()));
  io.engine.use(onHandshake((req, res, next) => (req.user ? next() : res.writeHead(401).end())));
  addHandlers(io);
  const url = await listen(context, httpServer);

  const cookie = await checkLogin(context, url);
  await checkTransports(context, url, { extraHeaders: { cookie } });
  for (const transport of ["polling", "websocket"]) await checkTransport(context, io, url, transport, cookie);
  await checkRefusal(context, url);
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
