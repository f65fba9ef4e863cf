// Packs every public package as it would be published and judges the tarball with publint and arethetypeswrong.
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const root = path.join(import.meta.dirname, "..");
const work = mkdtempSync(path.join(tmpdir(), "halyard-packages-"));
let problems = 0;

/** Entry points without types: files to be served to browsers. */
const isUntyped = (entry) => /\.js(?:\.map)?$/.test(entry);

/** A bundle whose name is given by what it replaces: an ES module for `<script type="module">`, beside CommonJS ones. */
const isKnown = (message) => message.args?.actualFilePath?.endsWith("socket.io.esm.min.js") === true;

/** Runs attw into a file: its JSON is cut at 64 KiB when it goes through a pipe. */
function attw(tarball, entries) {
  const report = `${tarball}.attw.json`;
  const out = openSync(report, "w");
  // node10 knows no "exports"; nodes of that time are not supported.
  const options = ["--format", "json", "--profile", "node16"];
  const untyped = entries.filter(isUntyped);
  if (untyped.length > 0) options.push("--exclude-entrypoints", ...untyped);
  try {
    execFileSync("pnpm", ["exec", "attw", tarball, ...options], { cwd: root, stdio: ["ignore", out, "inherit"] });
  } catch {
    // attw exits with 1 when it finds problems: they are in the report.
  }
  closeSync(out);
  const { analysis } = JSON.parse(readFileSync(report, "utf8"));
  return analysis.problems.filter((problem) => problem.resolutionKind !== "node10");
}

/** Output whose source is gone: `tsc -b` leaves it where it was, and it would be published. */
function staleFiles(folder, tarball) {
  const packed = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).split("\n");
  return packed
    .filter((entry) => /^package\/dist\/.*\.map$/.test(entry))
    .map((entry) => entry.slice("package/".length))
    .filter((file) => {
      const { sources, sourcesContent } = JSON.parse(readFileSync(path.join(folder, file), "utf8"));
      const isThere = (source) => existsSync(path.join(folder, path.dirname(file), source));
      return sourcesContent === undefined && !sources.every(isThere);
    });
}

for (const name of readdirSync(path.join(root, "packages"))) {
  const folder = path.join(root, "packages", name);
  const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  if (manifest.private) continue;
  execFileSync("pnpm", ["pack", "--pack-destination", work], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const file = readdirSync(work).find((entry) => entry.endsWith(`${name}-${manifest.version}.tgz`));
  const tarball = path.join(work, file);

  const buffer = readFileSync(tarball);
  const { messages } = await publint({
    level: "warning",
    strict: true,
    pack: { tarball: buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) },
  });
  const found = [
    ...messages
      .filter((message) => !isKnown(message))
      .map((message) => `publint ${message.type}: ${formatMessage(message, manifest)}`),
    ...staleFiles(folder, tarball).map(
      (file) => `no source any more, remove dist and run "pnpm build --force": ${file}`,
    ),
    ...attw(tarball, Object.keys(manifest.exports)).map((problem) => `attw: ${JSON.stringify(problem)}`),
  ];
  console.log(`${manifest.name} ${(buffer.length / 1024).toFixed(0)} kB: ${found.length} problems`);
  for (const line of found) console.log(`  ${line}`);
  problems += found.length;
}
rmSync(work, { recursive: true });
process.exitCode = problems === 0 ? 0 : 1;
