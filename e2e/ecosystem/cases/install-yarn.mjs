import { existsSync } from "node:fs";
import path from "node:path";
import { checkPrograms, installedName, OURS, PROGRAMS } from "../support/install-checks.mjs";

export const name = "yarn 1 and 4: resolutions";
export const packages = { yarn: "1.22.22", "@yarnpkg/cli-dist": "4.18.1" };

export async function run(context) {
  await checkYarn1(context);
  await checkYarn4(context, "node-modules");
  await checkYarn4(context, "pnp");
}

function makeManifest(context) {
  const resolutions = {};
  for (const original of Object.keys(OURS)) resolutions[original] = context.spec(original);
  // Yarn 1 resolves what packages ask for, but not what the project itself asks for: that is an alias, too.
  const { "socket.io": server, "socket.io-client": client } = resolutions;
  const dependencies = { "socket.io": server, "socket.io-client": client, "koa-socket-2": "2.0.0" };
  return { name: "resolutions", private: true, dependencies, resolutions };
}

async function checkYarn1(context) {
  const yarn = path.join(context.folder, "node_modules/yarn/bin/yarn.js");
  const folder = context.project("yarn1", { "package.json": makeManifest(context), ...PROGRAMS });
  // Its cache tells packages apart by version only, and ours change without.
  const cache = `${folder}-cache`;
  const args = ["install", "--non-interactive", "--ignore-scripts", "--cache-folder", cache];
  await context.run(process.execPath, [yarn, ...args], { cwd: folder });
  checkInstalled(context, folder);
  await checkPrograms(context, folder);
}

async function checkYarn4(context, nodeLinker) {
  const yarn = path.join(context.folder, "node_modules/@yarnpkg/cli-dist/bin/yarn.js");
  const scopes =
    context.ours === null ? "" : `npmScopes:\n  halyard:\n    npmRegistryServer: "${context.ours.registryUrl}"\n`;
  // Its cache tells registries apart by host only, and ours has another port each time.
  const globalFolder = `${context.folder}-yarn4`;
  const folder = context.project(`yarn4-${nodeLinker}`, {
    "package.json": makeManifest(context),
    "yarn.lock": "",
    ".yarnrc.yml":
      `nodeLinker: ${nodeLinker}\npnpEnableEsmLoader: true\nenableScripts: false\nenableTelemetry: false\nenableImmutableInstalls: false\n` +
      `globalFolder: "${globalFolder}"\nunsafeHttpWhitelist: ["127.0.0.1"]\n${scopes}`,
    ...PROGRAMS,
  });
  await context.run(process.execPath, [yarn, "install"], { cwd: folder });
  if (nodeLinker === "node-modules") {
    checkInstalled(context, folder);
    return checkPrograms(context, folder);
  }
  // Plug'n'Play refuses what a manifest does not name, of programs and of packages.
  for (const file of ["commonjs.cjs", "module.mjs"]) {
    const { stdout } = await context.run(process.execPath, [yarn, "node", file], { cwd: folder });
    context.equal(stdout.trim(), "49 checks", `${file} by Plug'n'Play`);
  }
}

function checkInstalled(context, folder) {
  for (const original of ["socket.io", "socket.io-client"]) {
    const expected = context.ours === null ? original : OURS[original];
    context.equal(installedName(folder, original), expected, original);
  }
  const nested = ["koa-socket-2/node_modules/socket.io", "socket.io/node_modules/engine.io"];
  const found = nested.filter((place) => existsSync(path.join(folder, "node_modules", place)));
  context.equal(found, [], "one copy for all");
}
