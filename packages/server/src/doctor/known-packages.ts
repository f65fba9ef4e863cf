/** The packages of ours by the name of the original. */
export const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ["socket.io", "@halyard/server"],
  ["socket.io-client", "@halyard/client"],
  ["socket.io-adapter", "@halyard/adapter"],
  ["engine.io", "@halyard/engine"],
]);

/** What ours let programs import, for projects that do not have them yet. */
export const EXPORTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["@halyard/server", [".", "./parser", "./package.json"]],
  [
    "@halyard/client",
    [
      ".",
      "./engine",
      "./websocket",
      "./debug",
      "./package.json",
      ...["", ".min", ".esm.min", ".msgpack.min"].flatMap((kind) => [
        `./dist/socket.io${kind}.js`,
        `./dist/socket.io${kind}.js.map`,
      ]),
    ],
  ],
  ["@halyard/adapter", [".", "./package.json"]],
  ["@halyard/engine", [".", "./parser", "./package.json"]],
]);

/** Originals that may stay: published adapters extend their own copy, and it works on our server from this version on. */
export const OLDEST_ADAPTER_BASE: readonly [major: number, minor: number] = [2, 5];

/** Adapters and emitters, and the oldest version that speaks to a server of the 4.8 line. */
export const ADAPTERS: ReadonlyMap<string, { readonly oldest: readonly [number, number]; readonly instead?: string }> =
  new Map([
    ["@socket.io/redis-adapter", { oldest: [8, 0] }],
    ["@socket.io/redis-streams-adapter", { oldest: [0, 2] }],
    ["@socket.io/redis-emitter", { oldest: [5, 0] }],
    ["@socket.io/postgres-adapter", { oldest: [0, 3] }],
    ["@socket.io/mongo-adapter", { oldest: [0, 3] }],
    ["@socket.io/cluster-adapter", { oldest: [0, 2] }],
    ["@socket.io/sticky", { oldest: [1, 0] }],
    ["@mickl/socket.io-nats-adapter", { oldest: [2, 0] }],
    ["socket.io-redis", { oldest: [Infinity, 0], instead: "@socket.io/redis-adapter" }],
    ["socket.io-emitter", { oldest: [Infinity, 0], instead: "@socket.io/redis-emitter" }],
  ]);

/** Whether a version such as `2.5.8` is at least `oldest`. */
export function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [hasMajor = 0, hasMinor = 0] = version.split(".").map(Number);
  return hasMajor > major || (hasMajor === major && hasMinor >= minor);
}
