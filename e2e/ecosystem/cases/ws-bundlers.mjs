import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { streamProgram } from "../support/stream-program.mjs";

export const name = "bundles by esbuild, rollup, webpack and ncc, of ws";
export const packages = {
  esbuild: "0.25.12",
  rollup: "4.53.3",
  "@rollup/plugin-node-resolve": "16.0.3",
  "@rollup/plugin-commonjs": "29.0.0",
  webpack: "5.102.1",
  "@vercel/ncc": "0.38.4",
};
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  const checks = [checkEsbuild, checkRollup, checkWebpack, checkNcc];
  for (const check of checks) await check(context);
}

async function checkEsbuild(context) {
  const esbuild = context.require("esbuild");
  for (const format of ["cjs", "esm"]) {
    const minify = format === "esm";
    const external = minify ? ["bufferutil", "utf-8-validate"] : [];
    const entry = path.join(context.folder, `entry-${format}.${format === "esm" ? "mjs" : "cjs"}`);
    writeFileSync(entry, streamProgram(format === "esm"));
    const outfile = path.join(context.folder, `out-${format}-${minify}.${format === "esm" ? "mjs" : "cjs"}`);
    const banner =
      format === "esm"
        ? { js: 'import { createRequire as __c } from "node:module"; const require = __c(import.meta.url);' }
        : {};
    const { warnings } = await esbuild.build({
      entryPoints: [entry],
      bundle: true,
      platform: "node",
      format,
      minify,
      external,
      outfile,
      banner,
      logLevel: "silent",
    });
    context.equal(
      warnings.map((w) => w.text),
      [],
      "warnings",
    );
    context.equal(runBundle(context, outfile), "30000 true", `esbuild ${format} ${minify} ${external}`);
  }
}

async function checkRollup(context) {
  const { rollup } = context.require("rollup");
  const { nodeResolve } = context.require("@rollup/plugin-node-resolve");
  const commonjs = context.require("@rollup/plugin-commonjs").default ?? context.require("@rollup/plugin-commonjs");
  const entry = path.join(context.folder, "entry-r.mjs");
  writeFileSync(entry, streamProgram(true));
  const bundle = await rollup({
    input: entry,
    plugins: [
      nodeResolve({ preferBuiltins: true, exportConditions: ["node"] }),
      commonjs({ ignoreDynamicRequires: true, ignore: ["bufferutil", "utf-8-validate"] }),
    ],
    external: [/^node:/, "bufferutil", "utf-8-validate"],
    onwarn() {},
  });
  for (const [format, file] of [
    ["es", "r.mjs"],
    ["cjs", "r.cjs"],
  ]) {
    await bundle.write({ format, file: path.join(context.folder, file), inlineDynamicImports: true });
    context.equal(runBundle(context, path.join(context.folder, file)), "30000 true", `rollup ${format}`);
  }
}

async function checkWebpack(context) {
  const webpack = context.require("webpack");
  for (const esm of [false, true]) {
    const entry = path.join(context.folder, `entry-w.${esm ? "mjs" : "cjs"}`);
    writeFileSync(entry, streamProgram(esm));
    const stats = await new Promise((resolve, reject) =>
      webpack(
        {
          mode: "production",
          target: "node",
          context: context.folder,
          entry,
          output: { path: context.folder, filename: `w-${esm}.cjs` },
          externals: { bufferutil: "commonjs bufferutil", "utf-8-validate": "commonjs utf-8-validate" },
        },
        (e, s) => (e ? reject(e) : resolve(s)),
      ),
    );
    context.equal([stats.compilation.errors.map(String), stats.compilation.warnings.map(String)], [[], []], "webpack");
    context.equal(runBundle(context, path.join(context.folder, `w-${esm}.cjs`)), "30000 true", `webpack ${esm}`);
  }
}

async function checkNcc(context) {
  const ncc = context.require("@vercel/ncc");
  const entry = path.join(context.folder, "entry-n.cjs");
  writeFileSync(entry, streamProgram(false));
  const { code } = await ncc(entry, { minify: true, quiet: true, cache: false });
  writeFileSync(path.join(context.folder, "n.cjs"), code);
  context.equal(runBundle(context, path.join(context.folder, "n.cjs")), "30000 true", "ncc");
}

function runBundle(context, file) {
  // Elsewhere: nothing of node_modules is at hand.
  const folder = mkdtempSync(path.join(tmpdir(), "bundle-"));
  const target = path.join(folder, path.basename(file));
  writeFileSync(target, readFileSync(file));
  context.onEnd(() => rmSync(folder, { recursive: true }));
  return execFileSync(process.execPath, [target], { encoding: "utf8", timeout: 10_000 }).trim();
}
