import { PROGRAMS } from "./install-checks.mjs";
import { writeProject } from "./programs.mjs";

const NODE = process.execPath;

/**
 * Runs our packages in a runtime: all ways of loading them, as a server for the original client in Node, and as a client of the
 * original server in Node.
 *
 * @param command a program and its first arguments
 */
export async function checkRuntime(context, title, [program, ...first]) {
  const cwd = context.folder;
  writeProject(cwd, PROGRAMS);
  const execute = async (file, ...args) =>
    (await context.run(program, [...first, file, ...args], { cwd })).stdout.trim();
  for (const file of ["commonjs.cjs", "module.mjs"])
    context.equal(await execute(file), "49 checks", `${title}: ${file}`);

  const serve = (command, ...args) =>
    context.start(command[0], [...command.slice(1), ...args], { cwd, ready: /port (\d+)/ });
  const ours = await serve([program, ...first], "server.cjs");
  const theirClient = await context.run(NODE, ["client.cjs", urlOf(ours), "original-client"], { cwd });
  context.equal(theirClient.stdout.trim(), "49 checks", `${title}: server`);
  ours.stop();
  const theirs = await serve([NODE], "server.cjs", "original-server");
  context.equal(await execute("client.cjs", urlOf(theirs)), "49 checks", `${title}: client`);
  theirs.stop();
}

const urlOf = ({ match }) => `http://127.0.0.1:${match[1]}`;

/** The originals as peers, under names that overrides leave alone. */
export const ORIGINALS = { "original-client": "npm:socket.io-client@4.8.4", "original-server": "npm:socket.io@4.8.4" };
