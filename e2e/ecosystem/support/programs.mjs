import { spawn } from "node:child_process";
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Path of a program of the system, or null. */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return null;
}

/** Makes a folder with files: objects become JSON. */
export function writeProject(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
}

/**
 * Runs a program to its end.
 *
 * @param options those of `spawn`, `timeoutMs` (default 100000), `status` (those expected, default `[0]`)
 * @returns what it has written to the standard output, and to both
 */
export function run(program, args, { timeoutMs = 100_000, status = [0], ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let output = "";
    child.stdout.on("data", (chunk) => (stdout += chunk));
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    const fail = (what) => reject(new Error(`${program} ${args.join(" ")}: ${what}\n${output}`));
    child.on("error", (error) => fail(error.message));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (status.includes(code)) resolve({ stdout, output });
      else fail(`ended with ${code ?? signal}`);
    });
  });
}

/**
 * Starts a program that goes on, and waits until its output has a match. It ends with the case.
 *
 * @param options those of `spawn`, `ready` (a regular expression), `timeoutMs` (default 30000)
 * @returns the match, the output so far, and how to stop it earlier
 */
export function start(context, program, args, { ready, timeoutMs = 30_000, ...options }) {
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  context.onEnd(() => child.kill("SIGKILL"));
  let output = "";
  return new Promise((resolve, reject) => {
    const fail = (what) => reject(new Error(`${program} ${args.join(" ")}: ${what}\n${output}`));
    const timer = setTimeout(() => fail(`not ready after ${timeoutMs} ms`), timeoutMs);
    child.on("error", (error) => fail(error.message));
    child.on("exit", (code) => fail(`ended with ${code}`));
    const onData = (chunk) => {
      output += chunk;
      const match = ready.exec(output);
      if (match === null) return;
      clearTimeout(timer);
      child.removeAllListeners("exit");
      resolve({ match, stop: () => child.kill("SIGKILL"), output: () => output });
    };
    for (const stream of [child.stdout, child.stderr]) stream.on("data", onData);
  });
}
