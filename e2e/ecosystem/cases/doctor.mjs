import path from "node:path";

export const name = "the doctor: leftovers, old adapters, deep imports; the warning at start";
export const packages = {
  "old-adapter": "npm:socket.io-adapter@2.3.3",
  "ancient-adapter": "npm:socket.io-adapter@1.1.2",
  "ancient-engine": "npm:engine.io@3.6.2",
};

const QUIET = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefer-offline"];

export async function run(context) {
  if (context.ours === null) return; // the originals have none
  await checkSick(context);
  await checkSound(context);
  await checkWarning(context);
  await checkStranger(context);
}

/** A project that has nothing of ours: the registry has it. */
async function checkStranger(context) {
  const dependencies = { "socket.io": "4.8.4", "@socket.io/redis-adapter": "7.2.0" };
  const files = {
    "package.json": { name: "stranger", private: true, dependencies },
    "index.mjs": 'import { Server } from "socket.io";\nimport "socket.io/dist/namespace.js";\n',
  };
  const folder = context.project("stranger", files);
  await context.run("npm", [...QUIET, "--legacy-peer-deps"], { cwd: folder });
  const command = [
    "--yes",
    `@halyard/server@${context.ours.packages.find(({ name }) => name === "@halyard/server").version}`,
  ];
  // npx keeps what it has fetched by name and version only, and ours change without.
  const env = { ...process.env, npm_config_cache: `${folder}-cache` };
  const { stdout } = await context.run("npx", [...command, "doctor"], { cwd: folder, env, status: [1] });
  for (const expected of [
    "problem: no package of @halyard is installed",
    "npm install socket.io@npm:@halyard/server",
    "a copy of the original is left: socket.io 4.8.4 in node_modules/socket.io",
    "@socket.io/redis-adapter 7.2.0 in node_modules/@socket.io/redis-adapter is made for an older Socket.IO",
    'index.mjs:2 imports "socket.io/dist/namespace.js", which @halyard/server has not',
  ]) {
    context.equal(stdout.includes(expected), true, `"${expected}" in\n${stdout}`);
  }
}

async function doctor(context, cwd, status) {
  return (await context.run("npx", ["--no-install", "halyard", "doctor"], { cwd, status: [status] })).stdout;
}

/** An alias without overrides: what depends on socket.io has its own. */
async function checkSick(context) {
  const dependencies = {
    "socket.io": context.spec("socket.io"),
    "koa-socket-2": "2.0.0",
    "@socket.io/redis-adapter": "7.2.0",
  };
  const folder = context.project("sick", {
    "package.json": { name: "sick", private: true, dependencies },
    "src/app.js": 'const { Socket } = require("socket.io/dist/socket");\n',
  });
  await context.run("npm", [...QUIET, "--legacy-peer-deps"], { cwd: folder });
  const text = await doctor(context, folder, 1);
  for (const expected of [
    "a copy of the original is left: socket.io 3.",
    "a copy of the original is left: engine.io ",
    "@socket.io/redis-adapter 7.2.0 in node_modules/@socket.io/redis-adapter is made for an older Socket.IO",
    'src/app.js:1 imports "socket.io/dist/socket", which @halyard/server has not',
    "found:   @halyard/server ",
  ]) {
    context.equal(text.includes(expected), true, `"${expected}" in\n${text}`);
  }
  const program = 'const io = new (require("socket.io").Server)(); require("koa-socket-2"); require("koa-socket-2");';
  const { output } = await context.run(process.execPath, ["-e", program], { cwd: folder });
  const warnings = output.match(/\[HALYARD_COPIES\] HalyardWarning: .*/g);
  context.equal(warnings?.length, 1, `one warning at start:\n${output}`);
  context.equal(/ socket\.io 3\.\S+ in \S+ is loaded, too/.test(warnings[0]), true, warnings[0]);
}

async function checkSound(context) {
  const dependencies = { "socket.io": context.spec("socket.io"), "socket.io-client": context.spec("socket.io-client") };
  const folder = context.project("sound", { "package.json": { name: "sound", private: true, dependencies } });
  await context.run("npm", QUIET, { cwd: folder });
  context.equal((await doctor(context, folder, 0)).endsWith("no problem found\n"), true, "a sound project");
}

/** What would misbehave in silence is told when the program starts. */
async function checkWarning(context) {
  const start = async (script, status = 0) =>
    (await context.run(process.execPath, ["-e", script], { cwd: path.resolve(context.folder), status: [status] }))
      .output;
  const create = (options) => `new (require("socket.io").Server)(${options})`;
  const expectText = async (script, expected, status) => {
    const output = await start(script, status);
    context.equal(output.includes(expected), true, `"${expected}" in\n${output}`);
  };
  await expectText(
    create('{ adapter: require("old-adapter").Adapter }'),
    'the adapter of namespace "/" (Adapter) was made for an older socket.io-adapter',
  );
  await expectText(
    create('{ adapter: require("ancient-adapter") }'),
    "(Adapter) is no adapter of Socket.IO 3 or later",
    1,
  );
  await expectText(create("{ adapter: () => () => {} }"), "was createAdapter given without calling it?", 1);
  await expectText(
    `${create("")}.bind(new (require("ancient-engine").Server)())`,
    "an engine of engine.io 3 or older",
    1,
  );
  const twice = 'const http = require("http").createServer(); for (const n of [1, 2]) ';
  await expectText(twice + create("http"), 'another one answers on "/socket.io/"');

  const sound =
    create('{ adapter: require("socket.io-adapter").Adapter }') + '.bind(new (require("engine.io").Server)())';
  context.equal(await start(sound), "", "no warning for a sound one");
}
