// Copies the browser bundles of @halyard/client to client-dist/, from where the server serves them.
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";

const from = new URL("../../client/dist/", import.meta.url);
const to = new URL("../client-dist/", import.meta.url);
rmSync(to, { recursive: true, force: true });
mkdirSync(to);
for (const file of readdirSync(from)) {
  if (/^socket\.io\.(?:\w+\.)*js(?:\.map)?$/.test(file)) cpSync(new URL(file, from), new URL(file, to));
}
