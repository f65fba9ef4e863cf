import type { Limit } from "./limits.ts";

const HEAD = `# Limits

What a peer can make a server or a client hold or do has a bound. This page is written by \`pnpm limits:write\` from the table in
\`e2e/limits/limits.ts\`; a test fails when page, table, code and proofs differ. Numbers of Node itself come on top:
\`maxHeaderSize\` (16 KiB), \`headersTimeout\` (60 s), \`requestTimeout\` (300 s) and \`maxConnections\` of your HTTP server.
`;

/** The text of docs/limits.md. */
export function document(limits: Readonly<Record<string, readonly Limit[]>>): string {
  const sections = Object.entries(limits).map(([title, list]) => {
    const rows = list.map((limit) => [
      limit.name.startsWith("(") ? limit.name.slice(1, -1) : `\`${limit.name}\``,
      `${limit.value.toLocaleString("en-US")} ${limit.unit}`,
      limit.bounds,
      limit.peerSees,
      `\`${limit.code.file}\``,
      "attack" in limit.proof ? limit.proof.attack : `\`${limit.proof.file}\``,
    ]);
    return `\n## ${title}\n\n${table(["Limit", "Default", "Bounds", "Beyond it", "Default in", "Proof"], rows)}`;
  });
  return HEAD + sections.join("");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return line(head) + rule + rows.map(line).join("");
}
