import { Duplex } from "node:stream";
import { describe, expect, it, onTestFinished, vi } from "vitest";
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

describe("in Deno", () => {
  async function writerOfDeno(stream: Duplex, onDrained = (): void => {}): Promise<SocketWriter> {
    vi.stubGlobal("Deno", {});
    vi.resetModules();
    onTestFinished(() => void vi.unstubAllGlobals());
    const module = await import("./socket-writer.js");
    return new module.SocketWriter(stream, { onDrained });
  }

  it("tells of a drain without an empty write, which ends encrypted connections", async () => {
    const stream = Object.assign(new SlowStream(), { encrypted: true });
    const onDrained = vi.fn();
    const writer = await writerOfDeno(stream, onDrained);
    for (const text of ["a", "b"]) writer.writeNow(Buffer.from(text), Buffer.from(text), null);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(onDrained).not.toHaveBeenCalled();
    await stream.takeAll();
    await vi.waitFor(() => expect(onDrained).toHaveBeenCalledOnce());
    expect(stream.received).toEqual(["aa", "b", "b"]);
  });

  it("writes bytes, not strings, which sockets would write as UTF-8", async () => {
    const stream = new SlowStream();
    const writes: unknown[] = [];
    stream.write = (chunk: unknown) => writes.push(chunk) > 0;
    const writer = await writerOfDeno(stream);
    writer.write("\x81\xe9", null);
    writer.flush();
    expect(writes).toEqual([Buffer.from([0x81, 0xe9])]);
  });
});
