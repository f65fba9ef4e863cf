import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { modelText } from "./model.mjs";
import { linePlot } from "./plot.mjs";
import { markdown, markdownTable } from "./table.mjs";
import { format } from "./statistics.mjs";

const DOCS = new URL("../../docs/", import.meta.url);
const PAGE = new URL("performance.md", DOCS);
const FOLDER = new URL("performance/", DOCS);
const FIGURES = new URL("figures.json", FOLDER);

/** What `--write` has measured so far, by section: { date, machine, command, rows }. */
export function readFigures() {
  return existsSync(FIGURES) ? JSON.parse(readFileSync(FIGURES, "utf8")) : {};
}

/** Replaces one section of docs/performance/figures.json; the others keep theirs, with their own date. */
export function keepFigures(section, rows, { machine, command }) {
  const figures = readFigures();
  figures[section] = { date: new Date().toISOString().slice(0, 10), machine, command, rows };
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(FIGURES, `${JSON.stringify(figures, null, 1)}\n`);
}

/** Writes the generated parts of docs/performance.md and its plots; the text between them is written by hand. */
export function writeDocs() {
  const figures = readFigures();
  for (const [file, svg] of plots(figures.growth?.rows ?? [])) writeFileSync(new URL(file, FOLDER), svg);
  writeFileSync(PAGE, renderPage(readFileSync(PAGE, "utf8"), figures));
  console.log("docs/performance.md written");
}

const RENDER = {
  table: ({ table }) => table && `${origin(table)}\n\n${markdownTable(table.rows)}`,
  growth: ({ growth }) => growth && `${origin(growth)}\n\n${growthTable(growth.rows)}\n\n${plotLinks(growth.rows)}`,
  cliffs: ({ cliffs }) => cliffs && `${origin(cliffs)}\n\n${markdownTable(cliffs.rows)}`,
  client: ({ client }) => client && `${origin(client)}\n\n${markdownTable(client.rows, "socket.io-client")}`,
  model: modelText,
};

/** @param page text with a pair of marks for each section: `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` */
export function renderPage(page, figures) {
  let text = page;
  for (const [section, render] of Object.entries(RENDER)) {
    const [begin, end] = [`<!-- bench:${section} -->`, `<!-- /bench:${section} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/performance.md has no part between ${begin} and ${end}`);
    const content = render(figures);
    if (content) text = `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`;
  }
  return text;
}

const origin = ({ date, machine, command }) =>
  `Measured on ${date} by \`${`pnpm bench ${command}`.trim()}\`: ${machine}. Amounts named in the rows are those of \`--scale 1\`.`;

const linesOf = (rows) =>
  [...new Set(rows.map(({ name }) => name))].map((name) => rows.filter((row) => row.name === name));

function growthTable(rows) {
  const lines = rows.map(({ title, axis, x, unit, result: { ours, theirs, ratio, low, high } }) => [
    title,
    `${x.toLocaleString("en-US")} ${axis}`,
    unit,
    format(ours),
    format(theirs),
    ratio.toFixed(2),
    `${low.toFixed(2)} to ${high.toFixed(2)}`,
  ]);
  return markdown(["what", "at", "unit", "halyard", "socket.io", "ratio", "lowest to highest"], lines, 3);
}

const plotLinks = (rows) =>
  linesOf(rows)
    .map(([{ name, title }]) => `![${title}](performance/${name}.svg)`)
    .join("\n\n");

function plots(rows) {
  return linesOf(rows).map((line) => {
    const [{ name, title, unit, axis }] = line;
    const points = (side) => line.map(({ x, result }) => [x, result[side]]);
    return [
      `${name}.svg`,
      linePlot({ title, axis, unit, series: { halyard: points("ours"), "socket.io": points("theirs") } }),
    ];
  });
}
