import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../test/virtual-clock.js";
import { DeliveryQueue } from "./delivery-queue.js";

function createQueue(): { queue: DeliveryQueue; clock: VirtualClock; log: unknown[]; errors: unknown[] } {
  const clock = new VirtualClock();
  const errors: unknown[] = [];
  return { queue: new DeliveryQueue(clock.schedule, 100, (error) => errors.push(error)), clock, log: [], errors };
}

describe("DeliveryQueue", () => {
  it("runs an effect at once while nothing waits", () => {
    const { queue, log } = createQueue();
    queue.run(() => log.push(1));
    expect(log).toEqual([1]);
  });

  it("throws to the caller what an effect throws at once", () => {
    const { queue } = createQueue();
    expect(() =>
      queue.run(() => {
        throw new Error("bad");
      }),
    ).toThrow("bad");
  });

  it("keeps the order although values come out of order", async () => {
    const { queue, log, clock } = createQueue();
    const first = withResolvers<string>();
    const second = withResolvers<string>();
    const done = Promise.all([
      queue.runWith(first.promise, (value) => log.push(value)),
      queue.runWith(second.promise, (value) => log.push(value)),
    ]);
    queue.run(() => log.push("after"));
    second.resolve("second");
    await second.promise;
    expect(log).toEqual([]);
    first.resolve("first");
    await done;
    expect(log).toEqual(["first", "second", "after"]);
    expect([queue.size, clock.timers]).toEqual([0, 0]);
  });

  it("puts what an effect asks for behind what waits already", async () => {
    const { queue, log } = createQueue();
    const value = withResolvers<null>();
    const done = queue.runWith(value.promise, () => queue.run(() => log.push("nested")));
    queue.run(() => log.push("waiting"));
    value.resolve(null);
    await done;
    expect(log).toEqual(["waiting", "nested"]);
  });

  it("goes on without the value when it fails", async () => {
    const { queue, log } = createQueue();
    await queue.runWith(Promise.reject(new Error("lost")), (value) => log.push(value));
    expect(log).toEqual([null]);
  });

  it("goes on without the value when it takes too long, once", async () => {
    const { queue, log, clock } = createQueue();
    const late = withResolvers<string>();
    const done = queue.runWith(late.promise, (value) => log.push(value));
    clock.advance(99);
    expect(log).toEqual([]);
    clock.advance(1);
    await done;
    late.resolve("late");
    await late.promise;
    expect(log).toEqual([null]);
  });

  it("goes on without the values when it is flushed, each once and in order", async () => {
    const { queue, log, clock } = createQueue();
    const late = withResolvers<string>();
    const done = Promise.all([
      queue.runWith(late.promise, (value) => {
        log.push(["first", value]);
        queue.flush();
      }),
      queue.runWith(late.promise, (value) => log.push(["second", value])),
    ]);
    queue.run(() => log.push("after"));
    queue.flush();
    expect(log).toEqual([["first", null], ["second", null], "after"]);
    expect([queue.size, clock.timers]).toEqual([0, 0]);
    late.resolve("late");
    await done;
    expect(log).toHaveLength(3);
  });

  it("reports a failing effect and runs those after it", async () => {
    const { queue, log, errors } = createQueue();
    const done = queue.runWith(Promise.resolve(1), () => {
      throw new Error("bad");
    });
    queue.run(() => log.push("after"));
    await done;
    expect(log).toEqual(["after"]);
    expect(errors).toEqual([new Error("bad")]);
  });
});

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
