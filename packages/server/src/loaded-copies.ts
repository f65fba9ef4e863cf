import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** A copy of a package that the process has loaded. */
export interface LoadedCopy {
  /** Name in its manifest. */
  readonly name: string;
  readonly version: string;
  /** Absolute. */
  readonly folder: string;
}

/**
 * Says what a program would not notice by itself: that a part of it runs on socket.io, or on another version of ours. Copies of one
 * version, and the other originals, get along.
 *
 * @returns one text for each finding
 */
export function describeCopies(copies: readonly LoadedCopy[]): string[] {
  const texts: string[] = [];
  for (const { name, version, folder } of copies) {
    if (name !== "socket.io") continue;
    texts.push(`socket.io ${version} in ${folder} is loaded, too: what has loaded it does not run on @halyard/server`);
  }
  const ours = copies.filter(({ name }) => name.startsWith("@halyard/"));
  for (const name of new Set(ours.map((copy) => copy.name))) {
    const same = ours.filter((copy) => copy.name === name);
    if (new Set(same.map(({ version }) => version)).size < 2) continue;
    const places = same.map(({ version, folder }) => `${version} in ${folder}`).join(", ");
    texts.push(`several versions of ${name} are loaded: ${places}`);
  }
  return texts.map((text) => `${text}; "npx halyard doctor" says more`);
}

const FOLDER = /^.*[\\/]node_modules[\\/](?:@halyard[\\/][^\\/]+|socket\.io|socket\.io-adapter|engine\.io)(?=[\\/])/;

/**
 * Finds the copies among the files a process has loaded.
 *
 * @param readManifest text of a `package.json`
 */
export function findCopies(files: readonly string[], readManifest: (file: string) => string): LoadedCopy[] {
  const folders = new Set(files.flatMap((file) => FOLDER.exec(file)?.[0] ?? []));
  return [...folders].flatMap((folder) => {
    try {
      const { name, version } = JSON.parse(readManifest(path.join(folder, "package.json"))) as LoadedCopy;
      return [{ name, version, folder }];
    } catch {
      return []; // gone, or packed into a bundle
    }
  });
}

let isPlanned = false;

/** Warns once, when the modules of the program have been loaded. */
export function warnOfCopies(): void {
  if (isPlanned) return;
  isPlanned = true;
  const check = (): void => {
    const files = Object.keys(createRequire(path.join(process.cwd(), "index.js")).cache);
    const copies = findCopies(files, (file) => readFileSync(file, "utf8"));
    for (const text of describeCopies(copies))
      process.emitWarning(text, { type: "HalyardWarning", code: "HALYARD_COPIES" });
  };
  setImmediate(check);
}
