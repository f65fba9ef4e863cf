import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, totalmem } from "node:os";

/** Descriptors a process needs beside its connections: modules, pipes, the event loop, listening sockets. */
const RESERVED = 200;
/** Below this not even the smallest workload runs. */
const LEAST_CONNECTIONS = 100;

/** File descriptors this process may hold; Infinity where the limit cannot be read. Node has raised the soft limit to the hard one. */
function descriptorLimit() {
  try {
    const text = execFileSync("/bin/sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
    return text === "unlimited" ? Infinity : Number(text);
  } catch {
    return Infinity;
  }
}

/** What follows from the size of the machine. Throws where the bench cannot run at all. */
export function assess({ cores, descriptors }) {
  const maxConnections = Math.max(0, descriptors - RESERVED);
  if (maxConnections < LEAST_CONNECTIONS) {
    const needed = LEAST_CONNECTIONS + RESERVED;
    throw new Error(
      `the file-descriptor limit is ${descriptors}, at least ${needed} are needed (ulimit -n 11000 allows all)`,
    );
  }
  const notes = [];
  if (cores < 2)
    notes.push(
      "only one core: the load generator and the server share it. CPU time stays comparable, throughput and delays do not.",
    );
  return { maxConnections, notes };
}

/** The sentence that says why a workload is left out, or null when it fits. */
export function leftOut(name, connections, { maxConnections }) {
  if (connections <= maxConnections) return null;
  return `left out: ${name} holds ${connections} connections, the file-descriptor limit allows ${maxConnections} (raise it by ulimit -n ${connections + RESERVED})`;
}

/** What the machine allows, and what follows for the run, in sentences for the person who started it. */
export function inspectMachine() {
  const cores = availableParallelism();
  return {
    ...assess({ cores, descriptors: descriptorLimit() }),
    summary: `${cpus()[0]?.model.trim() ?? "unknown CPU"}, ${cores} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
  };
}
