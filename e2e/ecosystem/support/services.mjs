import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A port nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

export async function startRedis(onEnd) {
  const port = await freePort();
  const folder = makeFolder(onEnd);
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  await start("redis-server", args, port, onEnd);
  return { port, url: `redis://127.0.0.1:${port}` };
}

export async function startNats(onEnd) {
  const port = await freePort();
  await start("nats-server", ["--addr", "127.0.0.1", "--port", String(port)], port, onEnd);
  return { port, url: `nats://127.0.0.1:${port}` };
}

/** nginx before a server, by the packages of Debian. @param directives for the proxied location */
export async function startNginx(context, target, directives) {
  const port = await freePort();
  const folder = makeFolder(context.onEnd);
  const user = process.getuid() === 0 ? "user root;" : "";
  writeFileSync(
    path.join(folder, "nginx.conf"),
    `${user} daemon off; pid ${folder}/pid; error_log stderr; worker_processes 1; events {}
    http {
      access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass ${target}; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; ${directives} }
      }
    }`,
  );
  const args = ["-p", folder, "-c", path.join(folder, "nginx.conf"), "-e", "stderr"];
  await start("nginx", args, port, context.onEnd);
  return `http://127.0.0.1:${port}`;
}

/** PostgreSQL refuses to run as root: then it runs as the user that Debian made for it. */
export async function startPostgres(onEnd) {
  const port = await freePort();
  const folder = makeFolder(onEnd);
  const options = {};
  if (process.getuid() === 0) {
    Object.assign(options, { uid: numericId("-u"), gid: numericId("-g") });
    chownSync(folder, options.uid, options.gid);
  }
  const data = path.join(folder, "data");
  const programs = postgresFolder();
  const init = spawnSync(path.join(programs, "initdb"), ["-D", data, "-U", "test", "-A", "trust", "-N"], {
    ...options,
    cwd: folder,
    encoding: "utf8",
  });
  if (init.status !== 0) throw new Error(`initdb failed: ${init.stderr}`);
  const args = ["-D", data, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-k", folder, "-F"];
  // It accepts connections while it still starts, and refuses to serve them.
  const pidFile = path.join(data, "postmaster.pid");
  const isReady = () => existsSync(pidFile) && /^ready/m.test(readFileSync(pidFile, "utf8"));
  await start(path.join(programs, "postgres"), args, port, onEnd, { ...options, cwd: folder }, isReady);
  return { port, url: `postgres://test@127.0.0.1:${port}/postgres` };
}

function numericId(option) {
  return Number(spawnSync("id", [option, "postgres"], { encoding: "utf8" }).stdout);
}

function postgresFolder() {
  const base = "/usr/lib/postgresql";
  const newest = readdirSync(base).sort((a, b) => Number(b) - Number(a))[0];
  return path.join(base, newest, "bin");
}

function makeFolder(onEnd) {
  const folder = mkdtempSync(path.join(tmpdir(), "halyard-service-"));
  onEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a program and waits until it is ready: until it accepts connections, if nothing else is said. */
async function start(program, args, port, onEnd, options = {}, isReady = () => accepts(port)) {
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const failed = once(child, "error").then(([error]) => error);
  onEnd(async () => {
    if (child.exitCode !== null || child.pid === undefined) return;
    child.kill("SIGINT");
    await once(child, "exit");
  });
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await isReady()) return;
    const error = await Promise.race([failed, sleep(50)]);
    if (error !== undefined || child.exitCode !== null) throw new Error(`${program}: ${error ?? output}`);
  }
  throw new Error(`${program} does not accept connections: ${output}`);
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
