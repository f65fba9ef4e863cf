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

/** Aligned for a terminal. */
export function terminalTable(rows, peer = "socket.io") {
  const lines = [head(peer), ...rows.map(cells)];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("  "),
    )
    .join("\n");
}

export function markdownTable(rows, peer = "socket.io") {
  const line = (values) => `| ${values.join(" | ")} |`;
  return [
    line(head(peer)),
    line(["---", "---", "--:", "--:", "--:", "--:"]),
    ...rows.map((row) => line(cells(row))),
  ].join("\n");
}
