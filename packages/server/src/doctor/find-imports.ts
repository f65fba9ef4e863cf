/** `import … from "x"`, `export … from "x"`, `import("x")`, `require("x")`, `require.resolve("x")`. */
const MENTION = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:\.resolve)?\s*\(\s*)(["'])([^"'\n]+)\1/g;

/**
 * Finds the packages a source file imports. Reads text, not syntax: what stands in a comment counts as well.
 *
 * @param isWanted by the name of the package, such as `socket.io` or `@socket.io/redis-adapter`
 */
export function findImports(
  source: string,
  isWanted: (packageName: string) => boolean,
): { readonly line: number; readonly specifier: string }[] {
  const found = [];
  for (const match of source.matchAll(MENTION)) {
    const specifier = match[2] as string;
    if (!isWanted(packageOf(specifier))) continue;
    found.push({ line: source.slice(0, match.index).split("\n").length, specifier });
  }
  return found;
}

/** `@scope/name` of `@scope/name/sub/path`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
