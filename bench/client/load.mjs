// What it costs a page to parse and run the client, ours and socket.io-client's, in Chromium. Loads take turns, each in a realm of
// its own, and each text is new to the browser, so that no cache helps. Argument: loads of each bundle (default 300).
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "./in-chromium.mjs";

const require = createRequire(import.meta.url);
const folders = {
  ours: "../../packages/client/dist",
  theirs: path.dirname(require.resolve("socket.io-client/dist/socket.io.js")),
};
const read = (whose, file) => readFileSync(new URL(path.join(folders[whose], file), import.meta.url), "utf8");
const KINDS = {
  "socket.io.min.js": { file: "socket.io.min.js", isModule: false },
  "socket.io.esm.min.js": { file: "socket.io.esm.min.js", isModule: true },
};

/** In the page: milliseconds of each load, by bundle. The order of the turns changes from round to round. */
async function loadInTurns({ texts, isModule, rounds }) {
  const loadScript = (realm, text) => {
    const start = performance.now();
    realm.eval(text); // indirect: a script of that realm
    return performance.now() - start;
  };
  const loadModule = async (realm, text) => {
    const url = realm.URL.createObjectURL(new realm.Blob([text], { type: "text/javascript" }));
    const load = realm.eval("(url) => import(url)");
    const start = performance.now();
    await load(url);
    return performance.now() - start;
  };
  const names = Object.keys(texts);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      const frame = document.body.appendChild(document.createElement("iframe"));
      const text = `${texts[name]}\n//${name}${round}${Math.random()}`;
      times[name].push(await (isModule ? loadModule : loadScript)(frame.contentWindow, text));
      frame.remove();
      await new Promise((resolve) => setTimeout(resolve)); // the next one begins with an idle page
    }
  }
  return times;
}

function summary(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)] };
}

const rounds = Number(process.argv[2] ?? 300);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`the number of loads is "${process.argv[2]}", a whole number of at least 1 is needed`);
  process.exit(2);
}
const executablePath = findChromium();
if (executablePath === null) {
  console.log("SKIP: Chromium is not installed (CHROMIUM names another)");
  process.exit();
}
// Isolated, so that the clock of the page is exact to 5 µs.
const headers = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
const site = createServer((_request, response) =>
  response.writeHead(200, { ...headers, "content-type": "text/html" }).end("<!doctype html><body></body>"),
);
await new Promise((done) => site.listen(0, "127.0.0.1", done));
const browser = await chromium.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${site.address().port}/`);
console.log(
  `Chromium ${browser.version()}, ${rounds} loads of each, in turns; ms to parse and run, without those of an empty text`,
);
for (const [kind, { file, isModule }] of Object.entries(KINDS)) {
  const texts = { ours: read("ours", file), theirs: read("theirs", file), nothing: "" };
  const times = await page.evaluate(loadInTurns, { texts, isModule, rounds });
  const { ours, theirs, nothing } = Object.fromEntries(
    Object.entries(times).map(([name, all]) => [name, summary(all)]),
  );
  for (const what of ["min", "median"]) {
    const [mine, other] = [ours[what] - nothing[what], theirs[what] - nothing[what]];
    console.log(`${kind} ${what}: ${mine.toFixed(2)} against ${other.toFixed(2)}, ratio ${(mine / other).toFixed(2)}`);
  }
}
await browser.close();
site.close();
