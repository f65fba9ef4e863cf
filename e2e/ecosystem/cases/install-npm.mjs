import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkPrograms, installedName, OURS, PROGRAMS } from "../support/install-checks.mjs";

export const name = "npm: alias on the command line, overrides, peer ranges, the switch and the way back";
export const packages = {};
export const versions = "npm 11";
export const timeoutMs = 240_000;

const QUIET = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefer-offline"];

export async function run(context) {
  await checkAlias(context);
  await checkOverrides(context);
  await checkSwitch(context);
}

/** As a user types it. */
async function checkAlias(context) {
  const folder = context.project("alias", { "package.json": { name: "alias", private: true }, ...PROGRAMS });
  const specs = ["socket.io", "socket.io-client"].map((original) => `${original}@${context.spec(original)}`);
  await context.run("npm", ["install", ...QUIET, ...specs], { cwd: folder });
  await checkPrograms(context, folder);
}

/** Packages that depend on socket.io get ours, and their ranges are content. */
async function checkOverrides(context) {
  const originals = Object.keys(OURS);
  const specs = Object.fromEntries(originals.map((original) => [original, context.spec(original)]));
  const manifest = {
    name: "overrides",
    private: true,
    dependencies: {
      ...specs,
      "@socket.io/admin-ui": "0.5.1",
      "@socket.io/cluster-adapter": "0.3.0",
      "@socket.io/postgres-adapter": "0.5.0",
      "@socket.io/redis-adapter": "8.3.0",
      "@socket.io/redis-streams-adapter": "0.3.1",
      "koa-socket-2": "2.0.0",
      "y-socket.io": "1.1.3",
      yjs: "13.6.27",
    },
    overrides: Object.fromEntries(originals.map((original) => [original, `$${original}`])),
  };
  const folder = context.project("overrides", { "package.json": manifest, ...PROGRAMS });
  await context.run("npm", ["install", ...QUIET, "--strict-peer-deps"], { cwd: folder });
  await context.run("npm", ["ls", "--all"], { cwd: folder });
  for (const original of originals) {
    const expected = context.ours === null ? original : OURS[original];
    context.equal(installedName(folder, original), expected, `${original} of the project`);
  }
  const { stdout } = await context.run("npm", ["query", ":root *"], { cwd: folder });
  const upstream = JSON.parse(stdout).filter(({ name }) => originals.includes(name));
  if (context.ours !== null) context.equal(upstream, [], "no copy of an original is left");
  await checkPrograms(context, folder);
}

/** A project with a lock file and a nested original, there and back as docs/migrating.md has it. */
async function checkSwitch(context) {
  const manifest = { name: "switch", private: true, dependencies: { "socket.io": "^4.8.1", "koa-socket-2": "2.0.0" } };
  const folder = context.project("switch", { "package.json": manifest });
  const install = async () => {
    rmSync(path.join(folder, "node_modules"), { recursive: true, force: true });
    await context.run("npm", ["install", ...QUIET], { cwd: folder });
    const { stdout } = await context.run("npm", ["query", ":root *"], { cwd: folder });
    return JSON.parse(stdout).map(({ name }) => name);
  };
  const found = await install();
  const [manifestFile, lockFile] = ["package.json", "package-lock.json"].map((name) => path.join(folder, name));
  const before = [readFileSync(manifestFile), readFileSync(lockFile)];

  const specs = Object.fromEntries(Object.keys(OURS).map((original) => [original, context.spec(original)]));
  const overrides = Object.fromEntries(Object.keys(OURS).map((original) => [original, `$${original}`]));
  const dependencies = { ...manifest.dependencies, ...specs };
  writeFileSync(manifestFile, JSON.stringify({ ...manifest, dependencies, overrides }));
  rmSync(lockFile);
  const left = (await install()).filter((name) => name in OURS);
  if (context.ours !== null) context.equal(left, [], "no copy of an original after the switch");

  writeFileSync(manifestFile, before[0]);
  writeFileSync(lockFile, before[1]);
  context.equal((await install()).sort(), found.sort(), "everything as before after the way back");
}
