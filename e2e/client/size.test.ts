import { describe, expect, it } from "vitest";
import { measure } from "../../packages/client/scripts/size.mjs";

/**
 * Bytes, minified and gzip -9. A change that needs more has to say so here. The last ones: 100 bytes, so that a listener that throws takes
 * no events from others, and no emits that wait; 60 for `reconnect()` of managers; 40 for `connected` and `id`, which tests of programs
 * assign; 60 so that WebTransport delivers what was sent last, and binary without a byte, and another transport is tried when a server
 * closes it at once.
 */
const LIMITS: Record<string, number> = {
  "`import { io }`": 12_010,
  "WebSocket only": 9_175,
  "`socket.io.min.js`": 11_880,
  "`socket.io.esm.min.js`": 12_310,
  "`socket.io.msgpack.min.js`": 13_605,
};

describe("size of the client", async () => {
  const rows = (await measure(["esbuild"])) as [what: string, whose: string, by: string, raw: number, gzip: number][];

  it.each(Object.entries(LIMITS))("%s is at most %i bytes", (what, limit) => {
    const gzip = rows.find((row) => row[0] === what && row[1] === "ours")?.[4];
    expect(gzip).toBeLessThanOrEqual(limit);
  });

  it("leaves out what WebSocket does not need", () => {
    const [all, some] = ["`import { io }`", "WebSocket only"].map(
      (what) => rows.find((row) => row[0] === what && row[1] === "ours")![4],
    );
    expect(some! / all!).toBeLessThan(0.85);
  });
});
