import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, totalmem } from "node:os";

/** File descriptors this process may hold; Infinity where the limit cannot be read. */
function descriptorLimit() {
  try {
    const text = execFileSync("/bin/sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
    return text === "unlimited" ? Infinity : Number(text);
  } catch {
    return Infinity;
  }
}

/** What the machine allows, and what follows for the run, in sentences for the person who started it. */
export function inspectMachine() {
  const cores = availableParallelism();
  const descriptors = descriptorLimit();
  const maxConnections = Math.max(0, descriptors - 200);
  const notes = [];
  if (cores < 2)
    notes.push(
      "only one core: the load generator and the server share it. CPU time stays comparable, throughput does not.",
    );
  return {
    notes,
    maxConnections,
    summary: `${cpus()[0]?.model.trim() ?? "unknown CPU"}, ${cores} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
  };
}
