import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { findProgram } from "../support/programs.mjs";
import { listen } from "../support/serve.mjs";

export const name = "chrome-remote-interface and BiDi of selenium-webdriver, on ws";
export const packages = { "chrome-remote-interface": "0.34.0", "selenium-webdriver": "4.49.0" };
export const replace = ["ws"];
export const slow = true;
export const missing = () => (findProgram("chromium") === null ? "chromium" : null);

export async function run(context) {
  await checkChromium(context);
  await checkBiDi(context);
}

async function checkChromium(context) {
  const CDP = context.require("chrome-remote-interface");
  const httpServer = createServer((_req, res) => {
    res.setHeader("content-type", "text/html");
    res.end("<title>page</title>");
  });
  const url = `${await listen(context, httpServer)}/`;
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0"];
  const profile = mkdtempSync(path.join(context.folder, "profile-"));
  const ready = /listening on ws:\/\/127\.0\.0\.1:(\d+)/;
  const { match } = await context.start(
    findProgram("chromium"),
    [...args, `--user-data-dir=${profile}`, "about:blank"],
    { ready },
  );
  const port = Number(match[1]);

  const { webSocketDebuggerUrl } = await CDP.Version({ port });
  const client = await CDP({ port });
  const { Network, Page, Runtime } = client;
  const requested = [];
  Network.requestWillBeSent(({ request }) => requested.push(request.url));
  await Promise.all([Network.enable(), Page.enable()]);
  const loaded = Page.loadEventFired();
  await Page.navigate({ url });
  await loaded;
  context.equal(requested.includes(url), true, "an event of the page");
  const evaluate = async (expression) => (await Runtime.evaluate({ expression })).result.value;
  await context.eventually(() => evaluate("document.title"), "page", "the title");
  context.equal((await evaluate("'é'.repeat(1000000)")) === "é".repeat(1_000_000), true, "a long answer");
  const { data } = await Page.captureScreenshot();
  context.equal(Buffer.from(data, "base64").toString("latin1", 1, 4), "PNG", "a screenshot");
  const error = await client.send("None.none").catch((refused) => refused);
  context.equal(error.response.message, "'None.none' wasn't found", "a command that is not there");
  const gone = new Promise((resolve) => client.once("disconnect", resolve));
  const browser = await CDP({ target: webSocketDebuggerUrl });
  await browser.Browser.close().catch(() => {});
  await gone;
  const refused = await CDP({ target: webSocketDebuggerUrl }).catch((reason) => reason);
  context.equal(refused instanceof Error, true, "a browser that has gone");
}

/** Without a driver: against a server that answers each command. */
async function checkBiDi(context) {
  const { WebSocketServer } = context.require("ws");
  const BiDi = context.require("selenium-webdriver/bidi");
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer });
  wss.on("connection", (webSocket) => {
    webSocket.on("message", (data) => {
      const { id, method } = JSON.parse(data);
      webSocket.send(JSON.stringify({ id, type: "success", result: { method } }));
    });
  });
  const connection = new BiDi((await listen(context, httpServer)).replace("http", "ws"));
  await connection.waitForConnection();
  const { result } = await connection.send({ method: "session.status", params: {} });
  context.equal(result, { method: "session.status" }, "BiDi: a command");
  await connection.close();
  await context.eventually(() => wss.clients.size, 0, "BiDi: the end");
}
