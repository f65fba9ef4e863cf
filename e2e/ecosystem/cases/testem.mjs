import { findProgram, writeProject } from "../support/programs.mjs";

export const name = "Testem with Chromium";
export const packages = { testem: "3.17.0" };
export const slow = true;
export const missing = () => (findProgram("chromium") === null ? "chromium" : null);

export async function run(context) {
  const page = `<script src="/testem.js"></script><script>
    Testem.emit("tests-start");
    Testem.emit("test-result", { id: 1, name: "one", passed: 1, failed: 0, total: 1, items: [] });
    const items = [{ passed: false, message: "é".repeat(10) }];
    Testem.emit("test-result", { id: 2, name: "two", passed: 0, failed: 1, total: 1, items });
    Testem.emit("all-test-results", {});
  </script>`;
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
  const config = { test_page: "page.html", launch_in_ci: ["Chromium"], browser_args: { Chromium: args } };
  writeProject(context.folder, { "testem.json": config, "page.html": page });
  const program = context.require.resolve("testem/testem.js");
  const options = { cwd: context.folder, status: [1] };
  const { stdout } = await context.run(process.execPath, [program, "ci", "-p", "0", "-R", "tap"], options);
  const lines = stdout.split("\n").filter((line) => /^(?:ok|not ok|# (?:tests|pass|fail))/.test(line));
  const shown = lines.map((line) =>
    line
      .replace(/ Chrome .* - /, " ")
      .replaceAll(/ +/g, " ")
      .trim(),
  );
  context.equal(shown, ["ok 1 one", "not ok 2 two", "# tests 2", "# pass 1", "# fail 1"], "what the browser reports");
  context.equal(stdout.includes("é".repeat(10)), true, "the message of a failure");
}
