import { readFileSync } from "node:fs";
import path from "node:path";

const programs = path.join(import.meta.dirname, "../programs");

/** Files of `programs/`, to be written into a project. */
export function readPrograms(...names) {
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(programs, name), "utf8")]));
}

export const PROGRAMS = readPrograms("checks.cjs", "server.cjs", "client.cjs", "commonjs.cjs", "module.mjs");

/** The programs of a project run as CommonJS and as ES modules. */
export async function checkPrograms(context, folder) {
  for (const file of ["commonjs.cjs", "module.mjs"]) {
    const { stdout } = await context.run(process.execPath, [file], { cwd: folder });
    context.equal(stdout.trim(), "49 checks", file);
  }
}

/** Name in the manifest of what a project has under a name: ours under the names of the originals. */
export function installedName(folder, name) {
  return JSON.parse(readFileSync(path.join(folder, "node_modules", name, "package.json"), "utf8")).name;
}

export const OURS = {
  "socket.io": "@halyard/server",
  "socket.io-client": "@halyard/client",
  "socket.io-adapter": "@halyard/adapter",
  "engine.io": "@halyard/engine",
};
