import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readFigures, renderPage } from "./docs.mjs";

const page = readFileSync(new URL("../../docs/performance.md", import.meta.url), "utf8");
const SECTIONS = ["table", "growth", "cliffs", "client", "model"];
const EMPTY = SECTIONS.map((name) => `<!-- bench:${name} -->\n\n<!-- /bench:${name} -->`).join("\n\n");
const result = { ours: 5, theirs: 10, ratio: 0.5, low: 0.45, high: 0.6 };
const row = { name: "echo-1", title: "echo", unit: "µs", result };
const section = { date: "2026-01-01", machine: "a machine", command: "--rounds 1", rows: [row] };

describe("renderPage", () => {
  it("puts a section between its marks and leaves the rest", () => {
    const text = renderPage(EMPTY, { table: section });
    expect(text).toContain("Measured on 2026-01-01 by `pnpm bench --rounds 1`: a machine. Amounts");
    expect(text).toContain("| echo     | µs   |    5.00 |      10.0 |  0.50 |      0.45 to 0.60 |");
    expect(text).toContain("<!-- bench:model -->\n\n<!-- /bench:model -->");
    expect(renderPage(text, { table: section })).toBe(text);
  });

  it("says which marks are missing", () => {
    expect(() => renderPage("nothing", {})).toThrow("no part between <!-- bench:table --> and <!-- /bench:table -->");
  });
});

describe("docs/performance.md", () => {
  it("shows what figures.json says", () => {
    expect(renderPage(page, readFigures())).toBe(page);
  });
});
