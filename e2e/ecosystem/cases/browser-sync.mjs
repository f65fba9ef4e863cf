import { writeFileSync } from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { findProgram, writeProject } from "../support/programs.mjs";

export const name = "browser-sync reloads a page in Chromium";
export const packages = { "browser-sync": "3.0.4" };
export const missing = () => (findProgram("chromium") === null ? "chromium" : null);

const page = (text) =>
  `<!doctype html><html><head><link rel="stylesheet" href="style.css"></head><body><h1>${text}</h1></body></html>`;

export async function run(context) {
  const site = path.join(context.folder, "site");
  writeProject(site, { "index.html": page("one"), "style.css": "h1 { color: rgb(1, 2, 3) }" });
  const bs = context.require("browser-sync").create();
  const settings = {
    server: site,
    files: [`${site}/*`],
    open: false,
    notify: false,
    logLevel: "silent",
    ui: { port: 0 },
  };
  await new Promise((resolve, reject) => {
    bs.init({ ...settings, host: "127.0.0.1", listen: "127.0.0.1" }, (error) => (error ? reject(error) : resolve()));
  });
  const url = `http://127.0.0.1:${bs.getOption("port")}`;

  const { chromium } = createRequire(import.meta.url)("playwright-core");
  const browser = await chromium.launch({ executablePath: findProgram("chromium"), args: ["--no-sandbox"] });
  context.onEnd(() => browser.close());
  const tabs = [await browser.newPage(), await browser.newPage()];
  for (const tab of tabs) await tab.goto(url);
  await context.eventually(() => bs.instance.io.sockets.sockets.size, 2, "both pages are connected");
  context.equal(
    await tabs[0].evaluate(() => globalThis.___browserSync___.socket.connected),
    true,
    "a page is connected",
  );

  writeFileSync(path.join(site, "index.html"), page("two"));
  const titles = () => Promise.all(tabs.map((tab) => tab.textContent("h1")));
  await context.eventually(() => titles().catch(() => []), ["two", "two"], "both pages are reloaded");
  writeFileSync(path.join(site, "style.css"), "h1 { color: rgb(4, 5, 6) }");
  const color = () => tabs[1].evaluate(() => getComputedStyle(document.querySelector("h1")).color);
  await context.eventually(() => color().catch(() => ""), "rgb(4, 5, 6)", "the style is injected");
  await context.eventually(() => bs.instance.io.sockets.sockets.size, 2, "both pages are connected again");
  bs.exit();
  context.equal(bs.active, false, "it ends");
}
