import { checkPrograms, installedName, OURS, PROGRAMS } from "../support/install-checks.mjs";

export const name = "npm: alias on the command line, overrides, peer ranges";
export const packages = {};
export const versions = "npm 11";

const QUIET = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefer-offline"];

export async function run(context) {
  await checkAlias(context);
  await checkOverrides(context);
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
