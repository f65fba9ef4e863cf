import { describe, expect, it } from "vitest";
import { serve } from "./fake-session.js";

describe("io.drain()", () => {
  it("closes in batches and refuses newcomers", async () => {
    const { io, connect } = serve();
    const reasons: string[] = [];
    io.on("connection", (socket) => socket.on("disconnect", (reason) => reasons.push(reason)));
    const sessions = await Promise.all(Array.from({ length: 20 }, () => connect("0")));
    const steps: number[] = [];
    const drained = io.drain({ overMs: 200, onProgress: ({ closed }) => steps.push(closed) });
    expect((await connect("0")).readyState).toBe("closed");
    expect(await drained).toMatchObject({ closed: 20, total: 20 });
    expect(steps[0]).toBe(0);
    expect(steps.length).toBeGreaterThan(2);
    expect(sessions.every((session) => session.readyState === "closed")).toBe(true);
    expect(new Set(reasons)).toEqual(new Set(["server shutting down"]));
  });

  it("goes on when `onProgress` throws, and rejects with that at its end", async () => {
    const { io, connect } = serve();
    const sessions = await Promise.all(Array.from({ length: 20 }, () => connect("0")));
    let steps = 0;
    const drained = io.drain({
      overMs: 100,
      onProgress: () => {
        steps++;
        throw new Error(`step ${steps}`);
      },
    });
    await expect(drained).rejects.toThrow("step 1");
    expect(steps).toBeGreaterThan(1);
    expect(sessions.every((session) => session.readyState === "closed")).toBe(true);
  });

  it.each([Number.NaN, Infinity, "soon"])("refuses to take %s ms, and closes nothing", async (overMs) => {
    const { io, connect } = serve();
    const session = await connect("0");
    await expect(io.drain({ overMs: overMs as number })).rejects.toThrow(
      `overMs must be a finite number of milliseconds, got ${overMs}`,
    );
    expect(session.readyState).toBe("open");
    expect((await connect("0")).readyState).toBe("open");
  });

  it("refuses until another engine is bound", async () => {
    const { io, connect } = serve();
    await io.drain();
    expect((await connect("0")).readyState).toBe("closed");
    io.bind({ on: () => {}, close: () => {} });
    expect((await connect("0")).readyState).toBe("open");
  });
});
