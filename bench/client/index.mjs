import { interleave } from "../load/side-by-side.mjs";
import { ServerProcess } from "../load/server-process.mjs";
import { BUNDLES, findChromium, openChromium } from "./in-chromium.mjs";
import { measureInNode, NODE_PACKAGES } from "./in-node.mjs";
import { SCENARIOS } from "./scenarios.mjs";

export const CLIENT_NAMES = Object.keys(SCENARIOS);
const SERVER = "@halyard/server";
/**
 * Events before the clock starts: after half of them, a quarter of the CPU time still goes into compiling, in threads that count. Short
 * runs (scale below a half) make do with less.
 */
const WARM_UP = 30_000;

/** Our client and socket.io-client in each environment that is installed, against the same server. */
export async function clientSection(names, settings, report) {
  const chromiumPath = findChromium();
  if (chromiumPath === null)
    console.log("left out: the client in Chromium, which is not installed (CHROMIUM names another)");
  const rows = await measureRows("Node", NODE_PACKAGES, measureInNode, names, settings, report);
  if (chromiumPath === null) return rows;
  const browser = await openChromium(chromiumPath);
  try {
    const measureOne = (bundle, url, work) => browser.measure(bundle, url, work);
    return [...rows, ...(await measureRows("Chromium", BUNDLES, measureOne, names, settings, report))];
  } finally {
    await browser.close();
  }
}

async function measureRows(environment, packages, measureOne, names, { rounds, scale, port }, report) {
  const rows = [];
  for (const name of names) {
    const { title, count } = SCENARIOS[name];
    const events = Math.max(200, Math.round(count * scale));
    const work = { name, count: events, warmUp: Math.ceil(WARM_UP * Math.min(1, scale * 2)) };
    const result = await interleave(packages, rounds, async (packageName) => {
      const server = await ServerProcess.start(SERVER, { port });
      try {
        return await measureOne(packageName, `http://127.0.0.1:${server.port}`, work);
      } finally {
        await server.stop();
      }
    });
    const row = {
      name: `${name} in ${environment}`,
      title: `${title}, ${environment}`,
      unit: "µs CPU / event",
      result,
    };
    report(row);
    rows.push(row);
  }
  return rows;
}
