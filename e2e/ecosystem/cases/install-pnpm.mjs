import { checkPrograms, installedName, OURS, PROGRAMS } from "../support/install-checks.mjs";

export const name = "pnpm: overrides";
export const packages = {};
export const versions = "pnpm 12";

/** pnpm shows a program only what its manifest names, so that a missing dependency of ours would be seen. */
export async function run(context) {
  const originals = Object.keys(OURS);
  const manifest = {
    name: "overrides",
    private: true,
    // As with the originals: the two names a program asks for.
    dependencies: { "socket.io": "^4.8.0", "socket.io-client": "^4.8.0", "@socket.io/redis-adapter": "8.3.0" },
  };
  const overrides = originals.map((original) => `  "${original}": "${context.spec(original)}"\n`).join("");
  const files = {
    "package.json": manifest,
    "pnpm-workspace.yaml": `packages: []\noverrides:\n${overrides}`,
    ...PROGRAMS,
  };
  const folder = context.project("pnpm", files);
  const pnpm = (...args) => context.run("npx", ["--yes", "pnpm@12", ...args], { cwd: folder });
  await pnpm("install", "--prefer-offline", "--ignore-scripts");
  for (const original of ["socket.io", "socket.io-client"]) {
    const expected = context.ours === null ? original : OURS[original];
    context.equal(installedName(folder, original), expected, original);
  }
  const { stdout } = await pnpm("ls", "--json", "--depth", "20");
  if (context.ours !== null)
    context.equal(/"from": "(socket\.io|engine\.io)"/.exec(stdout), null, "no original is left");
  await checkPrograms(context, folder);
}
