// dist/cjs holds CommonJS inside a package of ES modules: it needs to say so.
import { writeFileSync } from "node:fs";

writeFileSync(new URL("../dist/cjs/package.json", import.meta.url), '{ "type": "commonjs", "sideEffects": false }\n');
