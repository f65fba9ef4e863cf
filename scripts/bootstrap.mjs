// `npm start` and `npm test` on a fresh clone: needs Node and npm only. Installs, builds, then runs what was asked for.
// Plain Node without dependencies; the version check must also be readable by a Node that is too old.
import { spawn } from "child_process";
import { fileURLToPath } from "url";

const MINIMUM = [20, 19];
const PNPM = ["npx", "--yes", "pnpm@12"];
const root = fileURLToPath(new URL("..", import.meta.url));

function isNodeTooOld() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1]);
}

/** Runs a command in the foreground and resolves with its exit code; passes on the signals that would stop us. */
function run(title, command) {
  console.log(`\n> ${title}: ${command.join(" ")}`);
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), {
      cwd: root,
      stdio: "inherit",
      // Windows finds npx.cmd only through a shell. The arguments are all constants of this file.
      shell: process.platform === "win32",
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
    });
    const forward = (signal) => child.kill(signal);
    process.on("SIGINT", forward);
    process.on("SIGTERM", forward);
    // npm passes a signal to its shell only; when that is gone, what it started has to go as well.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) forward("SIGTERM");
    }, 500);
    child.on("error", (error) => {
      console.error(`cannot run ${command[0]}: ${error.message}`);
      resolve(1);
    });
    child.on("exit", (code, signal) => {
      clearInterval(watch);
      process.removeListener("SIGINT", forward);
      process.removeListener("SIGTERM", forward);
      resolve(signal === null ? code : 1);
    });
  });
}

/** Steps that need the ones before them. */
async function prepare() {
  const steps = [
    ["install dependencies", [...PNPM, "install", "--frozen-lockfile"]],
    ["build the packages", [...PNPM, "exec", "turbo", "run", "build", "--output-logs=errors-only"]],
  ];
  for (const [title, command] of steps) {
    const code = await run(title, command);
    if (code !== 0) {
      console.error(`\nstopped: could not ${title} (exit code ${code})`);
      process.exit(code);
    }
  }
}

async function start() {
  await prepare();
  return run("start the chat", [process.execPath, "examples/chat/server/index.mjs"]);
}

async function test() {
  await prepare();
  const unit = await run("unit tests", [...PNPM, "run", "test:unit"]);
  const e2e = await run("end-to-end tests", [...PNPM, "run", "test:e2e"]);
  const verdict = (code) => (code === 0 ? "passed" : "failed");
  console.log(`\nunit tests ${verdict(unit)}, end-to-end tests ${verdict(e2e)}`);
  return unit || e2e;
}

if (isNodeTooOld()) {
  console.error(`Halyard needs Node ${MINIMUM.join(".")} or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}
(process.argv[2] === "start" ? start() : test()).then((code) => process.exit(code));
