import path from "node:path";
import { readPrograms } from "../support/install-checks.mjs";
import { writeProject } from "../support/programs.mjs";
import { checkRuntime, ORIGINALS } from "../support/runtime-checks.mjs";

export const name = "Bun, and @socket.io/bun-engine by io.bind";
export const packages = { "@oven/bun-linux-x64": "1.4.5", "@socket.io/bun-engine": "0.1.2", ...ORIGINALS };
export const keep = ["engine.io", "socket.io-adapter"];

export async function run(context) {
  const bun = path.join(context.folder, "node_modules/@oven/bun-linux-x64/bin/bun");
  await checkRuntime(context, "Bun", [bun, "run"]);
  const cwd = context.folder;
  writeProject(cwd, readPrograms("bun-engine.mjs"));
  const { match } = await context.start(bun, ["run", "bun-engine.mjs"], { cwd, ready: /port (\d+)/ });
  const url = `http://127.0.0.1:${match[1]}`;
  for (const client of ["original-client", "socket.io-client"]) {
    const { stdout } = await context.run(process.execPath, ["client.cjs", url, client], { cwd });
    context.equal(stdout.trim(), "49 checks", `bun-engine with ${client}`);
  }
}
