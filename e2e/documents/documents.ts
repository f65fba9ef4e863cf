import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "../..");

/** Paths of what is written for readers, relative to the repository. */
export const DOCUMENTS: readonly string[] = [
  ".",
  "docs",
  "docs/adr",
  ...readdirSync(path.join(ROOT, "packages")).map((name) => `packages/${name}`),
].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder))
    .filter((file) => file.endsWith(".md") && file !== "CHANGELOG.md")
    .map((file) => path.join(folder, file)),
);

export function locate(file: string): string {
  return path.join(ROOT, file);
}

/** Blocks of JavaScript in a document, in order; those which import are whole programs. */
export function snippets(file: string): string[] {
  const blocks = readFileSync(locate(file), "utf8").matchAll(/^ *```js\n(.*?)^ *```$/gms);
  return Array.from(blocks, ([, code = ""]) => code);
}

export const isProgram = (code: string): boolean => code.startsWith("import ");

/** Targets of the links in a document, without those to other sites. */
export function links(file: string): string[] {
  const found = withoutCode(readFileSync(locate(file), "utf8")).matchAll(/\]\(([^)\s]+)\)/g);
  return Array.from(found, ([, target = ""]) => target).filter((target) => !/^https?:/.test(target));
}

/** Anchors of the headings of a document, as forges make them. */
export function anchors(file: string): Set<string> {
  const headings = withoutCode(readFileSync(locate(file), "utf8")).matchAll(/^#+ (.+)$/gm);
  return new Set(
    Array.from(headings, ([, text = ""]) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/\s/g, "-"),
    ),
  );
}

const withoutCode = (text: string): string => text.replace(/^ *```.*?^ *```$/gms, "");
