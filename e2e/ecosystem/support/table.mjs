import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const FILE = path.join(import.meta.dirname, "../../../docs/compatibility.md");
const BEGIN = "<!-- rows by pnpm e2e:ecosystem --write -->\n";
const END = "<!-- end of rows -->";
const HEAD = ["Case", "Packages", "Result", "Date"];

/** Brings the rows of the cases that were run up to date in docs/compatibility.md; the other rows stay. */
export function writeTable(results) {
  const text = readFileSync(FILE, "utf8");
  const begin = text.indexOf(BEGIN) + BEGIN.length;
  const end = text.indexOf(END);
  const rows = new Map(readRows(text.slice(begin, end)).map((row) => [row[0], row]));
  const date = new Date().toISOString().slice(0, 10);
  for (const { id, definition, ok } of results) {
    rows.set(id, [id, versionsOf(definition), ok ? "passes" : "fails", date]);
  }
  const sorted = [...rows.values()].sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(FILE, text.slice(0, begin) + format(sorted) + text.slice(end));
}

function versionsOf({ packages, versions }) {
  const pinned = Object.entries(packages).map(([name, version]) => show(name, version));
  return [...(versions === undefined ? [] : [versions]), ...pinned].join(", ");
}

/** `client-4.0` of `npm:socket.io-client@4.0.2` is shown as what it is. */
function show(name, version) {
  const alias = /^npm:(.+)@([^@]+)$/.exec(version);
  return alias === null ? `${name} ${version}` : `${alias[1]} ${alias[2]}`;
}

function readRows(table) {
  const lines = table.split("\n").filter((line) => line.startsWith("|"));
  const cells = (line) => line.split("|").slice(1, -1);
  return lines.slice(2).map((line) => cells(line).map((cell) => cell.trim()));
}

function format(rows) {
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |\n`;
  return `\n${line(HEAD)}${line(widths.map((width) => "-".repeat(width)))}${rows.map(line).join("")}\n`;
}
