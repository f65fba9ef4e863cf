import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

/** What programs ask for, and what they get. */
const REPLACED = {
  "socket.io": "@halyard/server",
  "socket.io-client": "@halyard/client",
  "socket.io-adapter": "@halyard/adapter",
  "engine.io": "@halyard/engine",
  ws: "@halyard/websocket",
};
const UPSTREAM = {
  "socket.io": "4.8.4",
  "socket.io-client": "4.8.4",
  "socket.io-adapter": "2.5.8",
  "engine.io": "6.6.13",
  ws: "8.23.0",
};
const SOCKET_IO = ["socket.io", "socket.io-client", "socket.io-adapter", "engine.io"];

/**
 * Installs the packages of a case, with ours by npm alias and, for what depends on socket.io itself, by npm overrides.
 *
 * @param ours packed packages and their registry; `null` installs the originals
 */
export async function installCase(folder, { packages, replace = SOCKET_IO, keep = [] }, ours) {
  mkdirSync(folder, { recursive: true });
  const dependencies = { ...packages, ...substitutes(replace, keep, ours) };
  const overrides = {};
  for (const name of replace) {
    if (!keep.includes(name)) overrides[name] = `$${name}`;
  }
  const manifest = { name: "ecosystem-case", private: true, dependencies, overrides };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  if (ours !== null) writeFileSync(path.join(folder, ".npmrc"), `@halyard:registry=${ours.registryUrl}\n`);
  // What a program in this folder sees.
  writeFileSync(path.join(folder, "load.mjs"), "export default (name) => import(name);\n");
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  await promisify(execFile)("npm", args, { cwd: folder });
  if (ours !== null) checkInstalled(folder, replace, keep);
}

/** No copy of an original may be left anywhere in the tree: the case would prove nothing. */
function checkInstalled(folder, replace, keep) {
  const lock = JSON.parse(readFileSync(path.join(folder, "package-lock.json"), "utf8"));
  for (const [place, { name }] of Object.entries(lock.packages)) {
    const installed = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(place)?.[1];
    const expected = REPLACED[installed];
    if (replace.includes(installed) && !keep.includes(installed) && name !== expected) {
      throw new Error(`${place} is not ${expected}`);
    }
  }
}

function substitutes(replace, keep, ours) {
  const dependencies = {};
  for (const original of replace) {
    dependencies[original] = packageSpec(original, keep.includes(original) ? null : ours);
  }
  return dependencies;
}

/** What a manifest says to get ours in the place of an original: `npm:@halyard/server@4.9.0`. */
export function packageSpec(original, ours) {
  if (ours === null) return UPSTREAM[original];
  const { name, version } = ours.packages.find((candidate) => candidate.name === REPLACED[original]);
  return `npm:${name}@${version}`;
}
