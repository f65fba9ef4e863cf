import { deepStrictEqual } from "node:assert";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { packageSpec } from "./install.mjs";
import { run, start, writeProject } from "./programs.mjs";
import { startNats, startPostgres, startRedis } from "./services.mjs";

/** What a case gets, see case.d.ts. */
export function createContext(folder, ours) {
  const callbacks = [];
  const onEnd = (callback) => void callbacks.push(callback);
  const context = {
    folder,
    ours,
    spec: (original) => packageSpec(original, ours),
    project(id, files) {
      const place = `${folder}-${id}`;
      const npmrc = ours === null ? "" : `@halyard:registry=${ours.registryUrl}\n`;
      writeProject(place, { ".npmrc": npmrc, ...files });
      return place;
    },
    run,
    start: (...args) => start(context, ...args),
    checks: 0,
    onEnd,
    require: createRequire(path.join(folder, "load.mjs")),
    async load(name) {
      const { default: load } = await import(path.join(folder, "load.mjs"));
      return load(name);
    },
    startRedis: () => startRedis(onEnd),
    startPostgres: () => startPostgres(onEnd),
    startNats: () => startNats(onEnd),
    equal(actual, expected, what) {
      deepStrictEqual(actual, expected, what && new Error(describe(what, actual, expected)));
      context.checks++;
    },
    async eventually(probe, expected, what, timeoutMs = 10_000) {
      const deadline = performance.now() + timeoutMs;
      let actual = await probe();
      while (!isDeepStrictEqual(actual, expected) && performance.now() < deadline) {
        await sleep(20);
        actual = await probe();
      }
      context.equal(actual, expected, what);
    },
  };
  const end = async () => {
    for (const callback of callbacks.toReversed()) await callback();
  };
  return { context, end };
}

function describe(what, actual, expected) {
  return `${what}\n  expected ${JSON.stringify(expected)}\n  but got  ${JSON.stringify(actual)}`;
}
