import path from "node:path";
import { findProgram, writeProject } from "../support/programs.mjs";

export const name = "karma runs a suite in Chromium";
export const packages = {
  karma: "6.4.4",
  "karma-chrome-launcher": "3.2.0",
  "karma-jasmine": "5.1.0",
  "jasmine-core": "4.6.1",
};
export const missing = () => (findProgram("chromium") === null ? "chromium" : null);

const CONFIG = `
module.exports = (config) => config.set({
  frameworks: ["jasmine"],
  files: ["suite.js"],
  browsers: ["Quiet"],
  customLaunchers: { Quiet: { base: "ChromeHeadless", flags: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] } },
  singleRun: true,
  hostname: "127.0.0.1",
  listenAddress: "127.0.0.1",
  port: 0,
  reporters: ["dots"],
  colors: false,
});
`;
const suite = (last) => `
describe("a page", () => {
  for (let index = 0; index < 20; index++) it("counts " + index, () => expect(index + 1).toBe(index + 1));
  it("logs", () => console.log("from the page", "x".repeat(50000).length));
  it("ends", () => expect(${last}).toBe(true));
});
`;

export async function run(context) {
  const options = { cwd: context.folder, env: { ...process.env, CHROME_BIN: findProgram("chromium") } };
  const karma = path.join(context.folder, "node_modules/karma/bin/karma");
  const start = async (last, status) => {
    const folder = { "karma.conf.cjs": CONFIG, "suite.js": suite(last) };
    writeProject(context.folder, folder);
    return context.run(process.execPath, [karma, "start", "karma.conf.cjs"], { ...options, status: [status] });
  };
  const { output } = await start("true", 0);
  context.equal(output.includes("Executed 22 of 22 SUCCESS"), true, output);
  context.equal(output.includes("'from the page', 50000"), true, "logs of the page");
  const failed = await start("false", 1);
  context.equal(failed.output.includes("1 FAILED"), true, "a suite that fails");
}
