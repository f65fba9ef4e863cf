import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findChromium, launchChromium } from "../support/chromium.ts";
import { freePort, ServerProcess } from "../support/server-process.ts";

const SCRIPT = fileURLToPath(new URL("../../examples/chat/server/index.mjs", import.meta.url));
const ARTEFACTS = fileURLToPath(new URL("../artefacts/", import.meta.url));
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const executable = findChromium();
if (executable === null) console.warn("SKIP e2e/chat: no Chromium found (Debian: apt-get install chromium)");

describe.skipIf(executable === null)("chat in two Chromium windows", () => {
  let browser: Browser;
  let contexts: BrowserContext[];
  let server: ServerProcess;

  beforeAll(async () => {
    mkdirSync(ARTEFACTS, { recursive: true });
    browser = await launchChromium(executable ?? "");
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    contexts = [];
    server = new ServerProcess(SCRIPT, await freePort());
    await server.start("http://localhost");
  });
  afterEach(async () => {
    for (const context of contexts) await context.close();
    await server.kill();
  });

  async function enter(nickname: string, room = "lobby"): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1100, height: 720 } });
    contexts.push(context);
    const page = await context.newPage();
    page.on("pageerror", (error) => {
      throw error;
    });
    await page.goto(`http://localhost:${server.port}/`);
    await page.getByLabel("Nickname").fill(nickname);
    await page.getByLabel("Room", { exact: true }).fill(room);
    await page.keyboard.press("Enter");
    await page.locator("#people li").filter({ hasText: nickname }).waitFor();
    return page;
  }

  async function say(page: Page, text: string): Promise<void> {
    await page.locator("#text").fill(text);
    await page.keyboard.press("Enter");
  }

  const texts = (page: Page): Promise<string[]> => page.locator("#messages .text").allTextContents();

  it("carries text both ways, with ticks, presence and the upgraded transport", async () => {
    const ann = await enter("Ann");
    const ben = await enter("Ben");
    expect(await ben.evaluate("document.activeElement.id")).toBe("text");
    await ann.locator("#people li").filter({ hasText: "Ben" }).waitFor();
    for (const page of [ann, ben]) await expect.poll(() => page.locator("#transport").textContent()).toBe("websocket");

    await say(ann, "hello Ben");
    await say(ben, "<b>hello</b> Ann & all 🎉");
    await expect.poll(() => texts(ben)).toEqual(["hello Ben", "<b>hello</b> Ann & all 🎉"]);
    await expect.poll(() => texts(ann)).toEqual(["hello Ben", "<b>hello</b> Ann & all 🎉"]);
    expect(await ann.locator("#messages b").count()).toBe(0);
    await expect.poll(() => ann.locator(".message.mine .meta").textContent()).toContain("✓✓ 1");
    await expect.poll(() => ann.locator("#round-trip").textContent()).toMatch(/ ms$/);
    expect(await ann.locator("#count").textContent()).toBe("2");

    await ann.screenshot({ path: `${ARTEFACTS}chat-ann.png` });
    await ben.emulateMedia({ colorScheme: "dark" });
    await ben.screenshot({ path: `${ARTEFACTS}chat-ben-dark.png` });
  });

  it("says who is typing, and stops saying so", async () => {
    const ann = await enter("Ann");
    const ben = await enter("Ben");
    await ann.locator("#text").pressSequentially("hm");
    await expect.poll(() => ben.locator("#typing").textContent()).toBe("Ann is typing…");
    await ann.locator("#text").fill("");
    await expect.poll(() => ben.locator("#typing").textContent()).toBe("");
  });

  it("sends an image as binary, and refuses what is none", async () => {
    const ann = await enter("Ann");
    const ben = await enter("Ben");
    await ann.locator("#file").setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: PNG });
    await ben.locator("#messages img").waitFor();
    await expect
      .poll(() => ben.locator("#messages img").evaluate((image) => (image as HTMLImageElement).naturalWidth))
      .toBe(1);
    await ann
      .locator("#file")
      .setInputFiles({ name: "script.png", mimeType: "image/png", buffer: Buffer.from("<script>alert(1)</script>") });
    await expect.poll(() => ann.locator(".message.failed .meta").textContent()).toContain("an image is a PNG");
    expect(await ben.locator("#messages img").count()).toBe(1);
  });

  it("keeps rooms apart", async () => {
    const ann = await enter("Ann");
    const ben = await enter("Ben", "random");
    const cat = await enter("Cat");
    await say(ann, "only the lobby");
    await expect.poll(() => texts(cat)).toEqual(["only the lobby"]);
    expect(await texts(ben)).toEqual([]);
    await ben.locator("#rooms button").filter({ hasText: "#lobby" }).click();
    await expect.poll(() => texts(ben)).toEqual(["only the lobby"]);
  });

  it("delivers what was written while the server was down once and in order", async () => {
    const ann = await enter("Ann");
    const ben = await enter("Ben");
    await server.kill();
    await ann.locator("#banner").filter({ hasText: "Connection lost" }).waitFor();
    for (const text of ["one", "two", "three"]) await say(ann, text);
    await expect.poll(() => ann.locator("#banner").textContent()).toContain("3 messages wait");
    expect(await texts(ben)).toEqual([]);
    await ann.screenshot({ path: `${ARTEFACTS}chat-away.png` });

    await server.start("http://localhost");
    await expect.poll(() => texts(ben), { timeout: 20_000 }).toEqual(["one", "two", "three"]);
    await expect.poll(() => ann.locator("#banner").isHidden(), { timeout: 20_000 }).toBe(true);
    await say(ann, "four");
    await expect.poll(() => texts(ben)).toEqual(["one", "two", "three", "four"]);
    expect(await texts(ann)).toEqual(["one", "two", "three", "four"]);
  });

  it("keeps the last message in view, and shows the people as out of sight, while the server is down", async () => {
    const ann = await enter("Ann");
    for (let i = 0; i < 3; i++) await say(ann, "a long line ".repeat(80));
    const pixelsBelow = (): Promise<number> =>
      ann.locator("#messages").evaluate((list) => Math.round(list.scrollHeight - list.scrollTop - list.clientHeight));
    await expect.poll(pixelsBelow).toBe(0);
    await server.kill();
    await ann.locator("#banner").filter({ hasText: "Connection lost" }).waitFor();
    await expect.poll(pixelsBelow).toBe(0);
    expect(await ann.locator("#app").getAttribute("class")).toBe("app away");

    await server.start("http://localhost");
    await expect.poll(() => ann.locator("#app").getAttribute("class"), { timeout: 20_000 }).toBe("app");
  });

  it("lets a phone join another room, without a page that is wider than it", async () => {
    const ann = await enter("Ann");
    await ann.setViewportSize({ width: 360, height: 640 });
    await ann.getByLabel("Other room").fill("a-room-with-a-long-name");
    await ann.keyboard.press("Enter");
    await expect.poll(() => ann.locator("#room-name").textContent()).toBe("#a-room-with-a-long-name");
    expect(await ann.evaluate("document.documentElement.scrollWidth")).toBe(360);
    expect(await ann.evaluate("document.activeElement.id")).toBe("text");
    await ann.screenshot({ path: `${ARTEFACTS}chat-phone.png` });
  });
});
