import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Script } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../support/server-process.ts";
import { makeCertificates } from "../websocket/certificates.ts";
import { anchors, DOCUMENTS, isProgram, links, locate, snippets } from "./documents.ts";

/** Programs whose packages are not installed here; run by the cases of e2e/ecosystem and e2e/server/uws.test.ts. */
const FOREIGN = /from "(?:redis|uWebSockets\.js)"/;

/** Programs that talk: documents and numbers of their programs, the server first, and what they print. */
const TALKS: [what: string, programs: [string, number][], prints: string][] = [
  ["a server and a client", [["README.md", 0], ["README.md", 1]], "welcome\n"],
  ["the READMEs of both", [["packages/server/README.md", 0], ["packages/client/README.md", 0]], "hello\n"],
  ["an echo of websockets", [["packages/websocket/README.md", 0]], "hello\n"],
]; // prettier-ignore

const programs = DOCUMENTS.flatMap((file) =>
  snippets(file)
    .filter(isProgram)
    .map((code, index) => ({ file, index, code })),
);

describe.each(DOCUMENTS.filter((file) => links(file).length > 0))("links of %s", (file) => {
  it.each(links(file))("%s", (target) => {
    const [name = "", anchor] = target.split("#");
    const found = name === "" ? file : path.join(path.dirname(file), name);
    expect(existsSync(locate(found))).toBe(true);
    if (anchor !== undefined) expect(anchors(found)).toContain(anchor);
  });
});

it.each(DOCUMENTS.flatMap((file) => snippets(file).map((code) => [file, code] as const)))(
  "%s: a snippet is JavaScript",
  (_file, code) => {
    const body = code.replace(/^import .*$/gm, "").replace(/^export /gm, "");
    expect(() => new Script(`async () => {${body}}`)).not.toThrow();
  },
);

describe("programs in the documents", () => {
  let folder: string;
  const children: ChildProcess[] = [];

  beforeAll(() => {
    const artefacts = locate("e2e/artefacts");
    mkdirSync(artefacts, { recursive: true });
    folder = mkdtempSync(path.join(artefacts, "documents-"));
    const { key, cert } = makeCertificates();
    writeFileSync(path.join(folder, "key.pem"), key);
    writeFileSync(path.join(folder, "cert.pem"), cert);
  });
  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  function start(code: string, port: number): { child: ChildProcess; printed: () => string } {
    const file = path.join(folder, `${children.length}.mjs`);
    writeFileSync(file, code.replaceAll(/\b(?:3000|8080)\b/g, String(port)));
    const child = spawn(process.execPath, [file], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    children.push(child);
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => (text += chunk.toString()));
    return { child, printed: () => text };
  }

  it.each(TALKS)("%s", async (_what, parts, prints) => {
    const port = await freePort();
    const codes = parts.map(([file, index]) => programs.find((one) => one.file === file && one.index === index)?.code);
    const printed = codes.map((code) => start(code ?? "", port).printed);
    await expect.poll(() => printed.map((text) => text()).join(""), { timeout: 20_000 }).toBe(prints);
  });

  it.each(programs.filter(({ code }) => !FOREIGN.test(code)))("$file, program $index runs", async ({ code }) => {
    // Ended from within: what its first moments throw or warn of is printed by then.
    const { child, printed } = start(`${code}\nsetTimeout(() => process.exit(), 200);\n`, await freePort());
    await once(child, "exit");
    expect([child.exitCode, printed().replace(/^(?:hello|sessions .*)\n/gm, "")]).toEqual([0, ""]);
  });
});
