import path from "node:path";
import { checkRuntime, ORIGINALS } from "../support/runtime-checks.mjs";

export const name = "Deno";
export const packages = { "@deno/linux-x64-glibc": "2.9.6", ...ORIGINALS };
export const keep = ["engine.io", "socket.io-adapter"];

export async function run(context) {
  const deno = path.join(context.folder, "node_modules/@deno/linux-x64-glibc/deno");
  await checkRuntime(context, "Deno", [deno, "run", "--allow-all", "--node-modules-dir=manual"]);
}
