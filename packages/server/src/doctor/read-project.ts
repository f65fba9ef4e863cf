import { type Dirent, readdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { findImports } from "./find-imports.js";
import { ADAPTERS, REPLACEMENTS } from "./known-packages.js";
import type { InstalledPackage, PackageImport, Project } from "./project.js";

const SOURCE = /\.[cm]?[jt]sx?$/;
/** Larger files are bundles. */
const MAX_SOURCE_BYTES = 1_000_000;

/** Reads the installed packages and the imports of a project. */
export function readProject(root: string): Project {
  const packages: InstalledPackage[] = [];
  readModules(root, path.join(root, "node_modules"), packages, new Set());
  const imports: PackageImport[] = [];
  readSources(root, root, imports);
  return { packages, imports };
}

/** Packages of a `node_modules` folder and, by way of links and nested folders, of those below. */
function readModules(root: string, folder: string, packages: InstalledPackage[], seen: Set<string>): void {
  for (const entry of list(folder)) {
    const place = path.join(folder, entry.name);
    if (entry.name.startsWith("@")) readModules(root, place, packages, seen);
    // The store of pnpm: node_modules/.pnpm/<package>@<version>/node_modules
    else if (entry.name === ".pnpm")
      for (const one of list(place)) readModules(root, path.join(place, one.name, "node_modules"), packages, seen);
    else if (!entry.name.startsWith(".")) readPackage(root, place, packages, seen);
  }
}

function readPackage(root: string, place: string, packages: InstalledPackage[], seen: Set<string>): void {
  const real = realPath(place);
  if (real === null || seen.has(real)) return;
  seen.add(real);
  const manifest = readManifest(real);
  const installedAs = place.slice(place.lastIndexOf("node_modules") + "node_modules/".length).replaceAll(path.sep, "/");
  if (manifest !== null && isInteresting(installedAs, manifest.name)) {
    const relative = path.relative(root, place).replaceAll(path.sep, "/");
    packages.push({ ...manifest, installedAs, place: relative });
  }
  readModules(root, path.join(real, "node_modules"), packages, seen);
}

function isInteresting(installedAs: string, name: string): boolean {
  return name.startsWith("@halyard/") || [installedAs, name].some((one) => REPLACEMENTS.has(one) || ADAPTERS.has(one));
}

function readManifest(folder: string): Pick<InstalledPackage, "name" | "version" | "exports"> | null {
  try {
    const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Record<string, unknown>;
    const { name, version, exports } = manifest;
    if (typeof name !== "string" || typeof version !== "string") return null;
    const keys = typeof exports === "object" && exports !== null ? Object.keys(exports) : null;
    return { name, version, exports: keys };
  } catch {
    return null; // not a package
  }
}

function readSources(root: string, folder: string, imports: PackageImport[]): void {
  for (const entry of list(folder)) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith("."))
      readSources(root, place, imports);
    if (!entry.isFile() || !SOURCE.test(entry.name)) continue;
    const source = readFileSync(place, "utf8");
    if (source.length > MAX_SOURCE_BYTES) continue;
    const file = path.relative(root, place).replaceAll(path.sep, "/");
    const isWanted = (name: string): boolean => REPLACEMENTS.has(name) || name.startsWith("@halyard/");
    for (const found of findImports(source, isWanted)) imports.push({ file, ...found });
  }
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // no such folder
  }
}

function realPath(place: string): string | null {
  try {
    return realpathSync(place);
  } catch {
    return null; // a link to nowhere
  }
}
