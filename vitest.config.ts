import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = (path: string): string => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

export default defineConfig({
  test: {
    projects: [
      {
        // Beside the code, on the TypeScript sources: needs no build.
        resolve: {
          alias: [
            { find: /^@halyard\/websocket\/core$/, replacement: src("websocket/src/core/index.ts") },
            { find: /^@halyard\/websocket\/turn$/, replacement: src("websocket/src/node/turn.ts") },
            { find: /^@halyard\/(engine|server)\/parser$/, replacement: src("$1/src/parser.ts") },
            { find: /^@halyard\/(websocket|engine|adapter|server|testing)$/, replacement: src("$1/src/wrapper.mts") },
            { find: /^@halyard\/client\/engine$/, replacement: src("client/src/engine/index.ts") },
            { find: /^@halyard\/client$/, replacement: src("client/src/index.ts") },
          ],
        },
        // Property tests take their time on a busy machine.
        test: {
          name: "unit",
          setupFiles: ["scripts/fast-check-seed.ts"],
          include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts", "bench/**/*.test.mjs"],
          testTimeout: 30_000,
        },
      },
      {
        // Across packages, on what is built: what a user installs.
        test: {
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // Loaded by Node itself, once: a package that requires ours must meet the same classes as the test.
          server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
        },
      },
    ],
  },
});
