// Imports go down only, between packages and inside them. Fails on an upward edge, on a circle (types included), and on
// a core/ file that reaches beyond core: it may use node:buffer, node:crypto (a hash) and what lies below core, no more.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

/** What each package may import of the others. */
const BELOW = {
  websocket: [],
  engine: ["websocket", "websocket/core", "websocket/turn"],
  adapter: ["websocket/core"],
  server: ["engine", "engine/parser", "adapter"],
  client: ["websocket", "websocket/core"],
  testing: [],
};
/** Files on the floor below core/, and packages that are as pure as core. */
const BELOW_CORE = /\/src\/(?:[\w-]+\/)?(?:errors|constants|types)\.ts$/;
const PURE = /^(?:node:buffer|node:crypto|@halyard\/websocket\/core)$/;
const PURE_TYPES = /^(?:engine\.io-parser|socket\.io-parser)$/;
const IMPORT = /^\s*(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;

const root = path.join(import.meta.dirname, "..");
const unknown = readdirSync(path.join(root, "packages")).filter((name) => !(name in BELOW));
const problems = unknown.map((name) => `packages/${name}: say in BELOW what it may import`);
const edges = new Map();

for (const [name, below] of Object.entries(BELOW)) {
  const src = path.join(root, "packages", name, "src");
  for (const entry of readdirSync(src, { recursive: true })) {
    if (!/\.[cm]?ts$/.test(entry) || /\.(?:test|test-d)\.ts$/.test(entry)) continue;
    const file = path.join(src, entry);
    const isCore = /(?:^|\/)core\//.test(entry);
    edges.set(file, []);
    for (const [, isType, from, dynamic] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      const target = from ?? dynamic;
      const report = (rule) => problems.push(`${path.relative(root, file)} imports "${target}": ${rule}`);
      if (target.startsWith(".")) {
        const resolved = path.resolve(file, "..", target).replace(/js$/, "ts");
        edges.get(file).push(resolved);
        if (!resolved.startsWith(src)) report("outside of its package");
        else if (resolved === path.join(src, "index.ts") && !/^(?:wrapper|index|browser-entry|debug)\./.test(entry))
          report("index.ts is the top floor");
        else if (isCore && !resolved.includes("/core/") && !BELOW_CORE.test(resolved)) report("core imports core only");
      } else if (target.startsWith("@halyard/") && !below.includes(target.slice("@halyard/".length))) {
        report("imports go down only");
      } else if (isCore && !PURE.test(target) && !(isType && PURE_TYPES.test(target))) {
        report("core is pure");
      }
    }
  }
}

/** Depth first: a file met again while still on the path closes a circle. */
const done = new Set();
function visit(file, trail) {
  if (trail.includes(file)) {
    const circle = [...trail.slice(trail.indexOf(file)), file].map((step) => path.relative(root, step));
    problems.push(`circle: ${circle.join(" -> ")}`);
    return;
  }
  if (done.has(file)) return;
  for (const next of edges.get(file) ?? []) visit(next, [...trail, file]);
  done.add(file);
}
for (const file of edges.keys()) visit(file, []);

for (const problem of problems) console.error(problem);
console.log(`imports of ${edges.size} files checked, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
