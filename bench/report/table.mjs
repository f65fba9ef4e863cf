import { format } from "./statistics.mjs";

const head = (peer) => ["workload", "unit", "halyard", peer, "ratio", "lowest to highest"];

const cells = ({ title, unit, result }) => [
  title,
  unit,
  format(result.ours),
  format(result.theirs),
  result.ratio.toFixed(2),
  `${result.low.toFixed(2)} to ${result.high.toFixed(2)}`,
];

const widthsOf = (lines) => lines[0].map((_, column) => Math.max(3, ...lines.map((line) => line[column].length)));
const pad = (line, widths, left) =>
  line.map((cell, column) => (column < left ? cell.padEnd(widths[column]) : cell.padStart(widths[column])));

/** Aligned for a terminal. */
export function terminalTable(rows, peer = "socket.io") {
  const lines = [head(peer), ...rows.map(cells)];
  const widths = widthsOf(lines);
  return lines.map((line) => pad(line, widths, 2).join("  ")).join("\n");
}

export const markdownTable = (rows, peer = "socket.io") => markdown(head(peer), rows.map(cells), 2);

/** A Markdown table, padded as the formatter leaves it; columns from `left` on are aligned to the right. */
export function markdown(header, lines, left) {
  const widths = widthsOf([header, ...lines]);
  const rule = widths.map((width, column) => (column < left ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [pad(header, widths, left), rule, ...lines.map((line) => pad(line, widths, left))]
    .map((line) => `| ${line.join(" | ")} |`)
    .join("\n");
}
