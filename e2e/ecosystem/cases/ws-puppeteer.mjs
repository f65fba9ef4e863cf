import { createServer } from "node:http";
import { findProgram } from "../support/programs.mjs";
import { listen } from "../support/serve.mjs";

export const name = "puppeteer drives Chromium, on ws";
export const packages = { "puppeteer-core": "24.29.1" };
export const replace = ["ws"];
export const missing = () => (findProgram("chromium") === null ? "chromium" : null);

export async function run(context) {
  const puppeteer = context.require("puppeteer-core");
  const httpServer = createServer((_req, res) => {
    res.setHeader("content-type", "text/html");
    res.end("<title>page</title><canvas width=900 height=600></canvas>");
  });
  const url = await listen(context, httpServer);
  const browser = await puppeteer.launch({
    executablePath: findProgram("chromium"),
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  context.onEnd(() => browser.close());
  const page = await browser.newPage();
  await page.goto(url);
  context.equal(await page.title(), "page", "title");
  const text = "é".repeat(300_000);
  context.equal(await page.evaluate((long) => long + long.length, text), `${text}300000`, "a long text, both ways");
  const sums = await Promise.all(Array.from({ length: 200 }, (_, n) => page.evaluate((one) => one + 1, n)));
  context.equal(
    sums,
    Array.from({ length: 200 }, (_, n) => n + 1),
    "many at once",
  );
  const shot = await page.screenshot();
  context.equal([...shot.subarray(1, 4)], [80, 78, 71], "a screenshot");
  const lines = [];
  page.on("console", (message) => lines.push(message.text()));
  await page.evaluate(() => console.log("from the page"));
  await context.eventually(() => lines, ["from the page"], "events of the page");

  const second = await puppeteer.connect({ browserWSEndpoint: browser.wsEndpoint() });
  context.equal((await second.pages()).length, (await browser.pages()).length, "a second connection");
  await second.disconnect();
  const closed = new Promise((resolve) => browser.once("disconnected", resolve));
  await browser.close();
  await closed;
}
