import { BUNDLER, checkCompilers, COMMONJS, NODE10, NODE16, NODENEXT } from "../support/typescript-checks.mjs";

export const name = "TypeScript 7 by each module resolution, and an old commonjs project";
export const timeoutMs = 300_000;
export const packages = { typescript: "7.0.2", "typescript-5": "npm:typescript@5.9.3", "@types/node": "20.19.25" };

export async function run(context) {
  await checkCompilers(context, { typescript: [NODE16, NODENEXT, BUNDLER, COMMONJS], "typescript-5": [NODE10] });
}
