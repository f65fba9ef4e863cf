// Measures what a page pays for the client, ours and socket.io-client's, by four bundlers; prints a table and writes it to
// docs/bundle-size.md. Run after a build: pnpm --filter @halyard/client size
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import resolve from "@rollup/plugin-node-resolve";
import commonjs from "@rollup/plugin-commonjs";
import terser from "@rollup/plugin-terser";
import * as esbuild from "esbuild";
import * as rolldown from "rolldown";
import * as rollup from "rollup";
import * as vite from "vite";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const dist = new URL("../dist/", import.meta.url);
/** Where both clients resolve. */
const e2e = path.join(root, "e2e");

const bundlers = {
  async esbuild(entry) {
    const options = { bundle: true, minify: true, format: "esm", platform: "browser", target: "es2020", write: false };
    const { outputFiles } = await esbuild.build({ entryPoints: [entry], ...options });
    return outputFiles[0].text;
  },
  async rollup(entry) {
    const bundle = await rollup.rollup({ input: entry, plugins: [resolve({ browser: true }), commonjs()] });
    const { output } = await bundle.generate({ format: "esm", plugins: [terser({ module: true })] });
    return output[0].code;
  },
  async rolldown(entry) {
    const bundle = await rolldown.rolldown({ input: entry, platform: "browser", logLevel: "warn" });
    const { output } = await bundle.generate({ format: "esm", minify: true });
    return output[0].code;
  },
  async vite(entry) {
    const build = { write: false, target: "es2020", modulePreload: false, rollupOptions: { input: entry } };
    const result = await vite.build({ root: path.dirname(entry), configFile: false, logLevel: "error", build });
    return [result].flat()[0].output[0].code;
  },
};

const programs = [
  ["`import { io }`", "ours", 'import { io } from "@halyard/client"; console.log(io);'],
  ["`import { io }`", "socket.io-client", 'import { io } from "socket.io-client"; console.log(io);'],
  ["WebSocket only", "ours", 'import { io } from "@halyard/client/websocket"; console.log(io);'],
  [
    "WebSocket only",
    "socket.io-client",
    'import { io, WebSocket } from "socket.io-client"; console.log(io("/", { transports: [WebSocket] }));',
  ],
];
const files = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];

/** Sizes in bytes. */
export function sizes(text) {
  return [Buffer.byteLength(text), gzipSync(text, { level: 9 }).length, brotliCompressSync(text).length];
}

/** @returns rows: what, whose, by what, raw, gzip, brotli */
export async function measure(names = Object.keys(bundlers), wanted = programs) {
  const folder = mkdtempSync(path.join(e2e, "node_modules", ".size-"));
  const rows = [];
  try {
    for (const [index, [what, whose, code]] of wanted.entries()) {
      const entry = path.join(folder, `${index}.mjs`);
      writeFileSync(entry, code);
      for (const name of names) rows.push([what, whose, name, ...sizes(await bundlers[name](entry))]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const upstream = path.dirname(createRequire(path.join(e2e, "package.json")).resolve("socket.io-client/package.json"));
  for (const file of files) {
    rows.push([`\`${file}\``, "ours", "as served", ...sizes(readFileSync(new URL(file, dist), "utf8"))]);
    rows.push([
      `\`${file}\``,
      "socket.io-client",
      "as served",
      ...sizes(readFileSync(path.join(upstream, "dist", file), "utf8")),
    ]);
  }
  return rows;
}

function table(rows) {
  const cells = rows.map(
    (row) => `| ${row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell)).join(" | ")} |`,
  );
  return ["| what | whose | bundler | raw | gzip -9 | brotli |", "|---|---|---|--:|--:|--:|", ...cells].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const text = table(await measure());
  console.log(text);
  const file = path.join(root, "docs", "bundle-size.md");
  writeFileSync(file, readFileSync(file, "utf8").replace(/\| what [^]*$/, `${text}\n`));
}
