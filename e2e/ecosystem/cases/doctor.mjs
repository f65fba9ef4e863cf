import path from "node:path";

export const name = "the doctor: leftovers, old adapters, deep imports; the warning at start";
export const packages = { "old-adapter": "npm:socket.io-adapter@2.3.3" };

const QUIET = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefer-offline"];

export async function run(context) {
  if (context.ours === null) return; // the originals have none
  await checkSick(context);
  await checkSound(context);
  await checkWarning(context);
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
}

async function checkSound(context) {
  const text = await doctor(context, context.folder, 1);
  context.equal(/^problem: (\S+ \S+)/gm.exec(text)?.[1], "socket.io-adapter 2.3.3", `only the old adapter:\n${text}`);
  const dependencies = { "socket.io": context.spec("socket.io"), "socket.io-client": context.spec("socket.io-client") };
  const folder = context.project("sound", { "package.json": { name: "sound", private: true, dependencies } });
  await context.run("npm", QUIET, { cwd: folder });
  context.equal((await doctor(context, folder, 0)).endsWith("no problem found\n"), true, "a sound project");
}

async function checkWarning(context) {
  const script = (adapter) => `new (require("socket.io").Server)({ adapter: require("${adapter}").Adapter })`;
  const start = (adapter) =>
    context.run(process.execPath, ["-e", script(adapter)], { cwd: path.resolve(context.folder) });
  const { output } = await start("old-adapter");
  context.equal(
    output.includes('the adapter of namespace "/" (Adapter) was made for an older socket.io-adapter'),
    true,
    output,
  );
  context.equal((await start("socket.io-adapter")).output, "", "no warning for a newer one");
}
