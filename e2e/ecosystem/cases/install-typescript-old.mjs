import { BUNDLER, checkCompilers, COMMONJS, ES5, NODE10, NODE16, NODENEXT } from "../support/typescript-checks.mjs";

export const name = "TypeScript 6, 5.9 and 5.0";
export const slow = true;
export const timeoutMs = 400_000;
export const packages = {
  "typescript-6": "npm:typescript@6.0.3",
  "typescript-5": "npm:typescript@5.9.3",
  "typescript-5.0": "npm:typescript@5.0.4",
  "@types/node": "20.19.25",
};

export async function run(context) {
  await checkCompilers(context, {
    "typescript-6": [NODENEXT, COMMONJS],
    "typescript-5": [BUNDLER, ES5],
    "typescript-5.0": [NODE16, NODE10],
  });
}
