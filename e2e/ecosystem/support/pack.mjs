import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "../../..");

/**
 * Builds our public packages and packs them as they would be published.
 *
 * @returns {{ name: string, version: string, manifest: object, tarball: string }[]}
 */
export function packPackages(destination) {
  execFileSync("pnpm", ["exec", "turbo", "run", "build", "--output-logs=errors-only"], { cwd: root, stdio: "pipe" });
  const packed = [];
  for (const folder of readdirSync(path.join(root, "packages"))) {
    const cwd = path.join(root, "packages", folder);
    if (JSON.parse(readFileSync(path.join(cwd, "package.json"), "utf8")).private) continue;
    const json = execFileSync("pnpm", ["pack", "--json", "--pack-destination", destination], { cwd, encoding: "utf8" });
    const { filename } = JSON.parse(json);
    const tarball = path.resolve(destination, filename);
    // As packed: workspace versions are replaced by real ones.
    const text = execFileSync("tar", ["-xOzf", tarball, "package/package.json"], { encoding: "utf8" });
    const manifest = JSON.parse(text);
    packed.push({ name: manifest.name, version: manifest.version, manifest, tarball });
  }
  return packed;
}
