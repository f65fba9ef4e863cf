import { Duplex } from "node:stream";
import { expect, it } from "vitest";
import { SocketWriter } from "./socket-writer.js";

/** A stream whose peer reads one chunk when told to. */
class SlowStream extends Duplex {
  readonly received: string[] = [];
  private done: (() => void) | null = null;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.received.push(chunk.toString());
    this.done = done;
  }

  override _final(done: () => void): void {
    this.received.push("end");
    done();
  }

  async takeAll(): Promise<void> {
    while (this.done !== null) {
      const { done } = this;
      this.done = null;
      done();
      await new Promise(setImmediate);
    }
  }
}

it("ends a congested socket behind all that was written to it", async () => {
  const stream = new SlowStream();
  const errors: Error[] = [];
  stream.on("error", (error) => errors.push(error));
  const writer = new SocketWriter(stream, { onDrained: () => {} });
  for (const text of ["a", "b", "c"]) writer.writeNow(Buffer.from(text), Buffer.from(text), null);
  writer.end();
  await stream.takeAll();
  expect(errors).toEqual([]);
  expect(stream.received.filter((text) => text !== "").join("")).toBe("aabbccend");
});
