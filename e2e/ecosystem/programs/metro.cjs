// Metro with the settings of React Native, but without its polyfills: once by `exports`, once, as up to React Native 0.78, by the fields
// of package.json. `node metro.cjs FILE...`
const { getDefaultConfig, mergeConfig } = require("@react-native/metro-config");
const { runBuild } = require("metro");

async function main() {
  for (const folder of ["exports", "fields"]) {
    const config = mergeConfig(getDefaultConfig(__dirname), {
      resolver: { unstable_enablePackageExports: folder === "exports" },
      serializer: { getModulesRunBeforeMainModule: () => [], getPolyfills: () => [] },
      maxWorkers: 1,
      cacheStores: [],
      reporter: { update() {} },
    });
    for (const entry of process.argv.slice(2)) {
      await runBuild(config, { entry, platform: "android", minify: true, dev: false, out: `${folder}/${entry}` });
    }
  }
  process.exit(); // Metro leaves a watcher
}
main();
