// The sources are ES modules, and so is dist/esm. What else is in dist is CommonJS (dist/cjs) or a bundle that must also
// work by require() and in bundlers that look at "type". Bundles set a global: they are not free of side effects.
import { writeFileSync } from "node:fs";

const markers = {
  "": { type: "commonjs" },
  "cjs/": { type: "commonjs", sideEffects: false },
  "esm/": { type: "module", sideEffects: false },
};
for (const [folder, marker] of Object.entries(markers)) {
  writeFileSync(new URL(`../dist/${folder}package.json`, import.meta.url), `${JSON.stringify(marker)}\n`);
}
