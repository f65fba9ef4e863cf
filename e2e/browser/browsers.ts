import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";
import puppeteer from "puppeteer-core";
import { findChromium, launchChromium } from "../support/chromium.js";
import { freePort } from "../support/server-process.js";
import { descendantsOf } from "./processes.js";

/** A page of some browser, as far as the tests drive it. */
export interface Page {
  goto(url: string): Promise<void>;
  back(): Promise<void>;
  /** Runs the body of an async function in the page; its result travels as JSON. */
  run(body: string): Promise<unknown>;
  /** Cuts the network of the page, or mends it; null where the driver cannot. */
  setOffline: ((isOffline: boolean) => Promise<void>) | null;
  /** Sends a signal to every process of the browser. */
  signal(signal: NodeJS.Signals): void;
  close(): Promise<void>;
}

/** The processes that `launch` starts, and theirs. */
async function watchProcesses<T>(launch: () => Promise<T>): Promise<[result: T, signal: Page["signal"]]> {
  const before = new Set(descendantsOf(process.pid));
  const result = await launch();
  const roots = descendantsOf(process.pid).filter((id) => !before.has(id));
  const signal = (name: NodeJS.Signals): void => {
    for (const id of new Set([...roots, ...roots.flatMap(descendantsOf)])) {
      try {
        process.kill(id, name);
      } catch {
        // It has ended meanwhile.
      }
    }
  };
  return [result, signal];
}

export interface BrowserKind {
  readonly name: string;
  /** Null when it is not installed: the caller prints a SKIP. */
  launch: (() => Promise<Page>) | null;
}

const firstOf = (...paths: string[]): string | undefined => paths.find((path) => existsSync(path));
const asFunction = (body: string): string => `(async () => { ${body} })()`;

export function findBrowsers(): BrowserKind[] {
  const chromiumPath = findChromium();
  const firefoxPath = process.env["FIREFOX"] ?? firstOf("/usr/bin/firefox-esr", "/usr/bin/firefox");
  const driverPath = firstOf("/usr/bin/WebKitWebDriver");
  const xvfbPath = firstOf("/usr/bin/Xvfb");
  return [
    { name: "Chromium", launch: chromiumPath ? () => openChromium(chromiumPath) : null },
    { name: "Firefox", launch: firefoxPath ? () => openFirefox(firefoxPath) : null },
    { name: "WebKit", launch: driverPath && xvfbPath ? () => openWebKit(driverPath, xvfbPath) : null },
  ];
}

async function openChromium(path: string): Promise<Page> {
  const [browser, signal] = await watchProcesses(() => launchChromium(path));
  const context = await browser.newContext();
  const page = await context.newPage();
  return {
    goto: async (url) => void (await page.goto(url)),
    back: async () => void (await page.goBack()),
    run: (body) => page.evaluate(asFunction(body)),
    setOffline: (isOffline) => context.setOffline(isOffline),
    signal,
    close: () => browser.close(),
  };
}

async function openFirefox(executablePath: string): Promise<Page> {
  const [browser, signal] = await watchProcesses(() =>
    puppeteer.launch({ browser: "firefox", executablePath, headless: true }),
  );
  const page = await browser.newPage();
  return {
    goto: async (url) => void (await page.goto(url)),
    back: async () => void (await page.goBack()),
    run: (body) => page.evaluate(asFunction(body)),
    setOffline: (isOffline) => page.setOfflineMode(isOffline),
    signal,
    close: () => browser.close(),
  };
}

/** WebKitGTK's MiniBrowser by its WebDriver, which is plain HTTP, on a screen of its own. */
async function openWebKit(driverPath: string, xvfbPath: string): Promise<Page> {
  const screen = spawn(xvfbPath, ["-displayfd", "3", "-screen", "0", "800x600x24"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const [number] = (await once(screen.stdio[3]!, "data")) as [Buffer];
  const port = await freePort();
  const env = { ...process.env, DISPLAY: `:${number.toString().trim()}`, WEBKIT_DISABLE_COMPOSITING_MODE: "1" };
  const driver = spawn(driverPath, [`--port=${port}`], { env, stdio: "ignore" });
  const base = `http://127.0.0.1:${port}`;
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(base + path, { method, ...(body && { body: JSON.stringify(body) }) });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(JSON.stringify(value));
    return value;
  };
  await reachable(base);
  const options = {
    binary: firstOf(
      "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
      "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
    ),
    args: ["--automation"],
  };
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
  const [{ sessionId }, signal] = await watchProcesses(
    () => call("POST", "/session", { capabilities }) as Promise<{ sessionId: string }>,
  );
  const session = `/session/${sessionId}`;
  return {
    goto: async (url) => void (await call("POST", `${session}/url`, { url })),
    back: async () => void (await call("POST", `${session}/back`, {})),
    run: async (body) => {
      const script = `const done = arguments[0]; ${asFunction(body)}.then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      const { value, error } = (await call("POST", `${session}/execute/async`, { script, args: [] })) as {
        value: unknown;
        error?: string;
      };
      if (error) throw new Error(error);
      return value;
    },
    setOffline: null,
    signal,
    close: async () => {
      await call("DELETE", session);
      await stop(driver);
      await stop(screen);
    },
  };
}

async function reachable(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      await fetch(`${url}/status`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`nothing answers at ${url}`);
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill();
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
