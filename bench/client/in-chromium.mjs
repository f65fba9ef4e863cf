import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const socketIoClient = path.dirname(createRequire(import.meta.url).resolve("socket.io-client/package.json"));
/** The bundles that a page loads, by package. */
const FILES = {
  "/halyard.js": new URL("../../packages/client/dist/socket.io.min.js", import.meta.url),
  "/socket.io.js": path.join(socketIoClient, "dist/socket.io.min.js"),
  "/scenarios.mjs": new URL("scenarios.mjs", import.meta.url),
};
export const BUNDLES = ["/halyard.js", "/socket.io.js"];

/** Path of an installed Chromium, or null. `CHROMIUM` overrides the search. */
export function findChromium() {
  return process.env.CHROMIUM ?? CANDIDATES.find((file) => existsSync(file)) ?? null;
}

const pageOf = (bundle) => `<script src="${bundle}"></script>
<script type="module">import * as scenarios from "/scenarios.mjs"; globalThis.scenarios = scenarios;</script>`;

/** A browser, and a site with a page per bundle. */
export async function openChromium(executablePath) {
  const site = createServer((request, response) => {
    const file = FILES[request.url];
    response.setHeader("content-type", file ? "text/javascript" : "text/html");
    response.end(file ? readFileSync(file) : pageOf(request.url.replace("/page", "")));
  });
  await new Promise((done) => site.listen(0, "127.0.0.1", done));
  const browser = await chromium.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-gpu"] });
  return {
    /** CPU microseconds of the page's main thread per event. */
    async measure(bundle, url, work) {
      const page = await browser.newPage();
      try {
        await page.goto(`http://127.0.0.1:${site.address().port}/page${bundle}`);
        return await measureInPage(page, url, work);
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      site.close();
    },
  };
}

async function measureInPage(page, url, { name, warmUp, count }) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const cpuUs = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find((metric) => metric.name === "ThreadTime").value * 1e6;
  };
  await page.evaluate(async (address) => {
    const { connect, SCENARIOS } = globalThis.scenarios;
    const socket = await connect(globalThis.io, address);
    globalThis.play = (scenario, events) => SCENARIOS[scenario].run(socket, events);
  }, url);
  const play = (events) => page.evaluate(([scenario, n]) => globalThis.play(scenario, n), [name, events]);
  await play(warmUp);
  const before = await cpuUs();
  await play(count);
  return ((await cpuUs()) - before) / count;
}
