import { format } from "./statistics.mjs";

const HEAD = ["workload", "unit", "halyard", "socket.io", "ratio", "lowest to highest"];

const cells = ({ title, unit, result }) => [
  title,
  unit,
  format(result.ours),
  format(result.theirs),
  result.ratio.toFixed(2),
  `${result.low.toFixed(2)} to ${result.high.toFixed(2)}`,
];

/** Aligned for a terminal. */
export function terminalTable(rows) {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("  "),
    )
    .join("\n");
}

export function markdownTable(rows) {
  const line = (values) => `| ${values.join(" | ")} |`;
  return [line(HEAD), line(["---", "---", "--:", "--:", "--:", "--:"]), ...rows.map((row) => line(cells(row)))].join(
    "\n",
  );
}
