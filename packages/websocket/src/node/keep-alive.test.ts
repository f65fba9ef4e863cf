import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { KeepAlive, type KeepAliveOwner } from "./keep-alive.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch(): { keepAlive: KeepAlive; owner: KeepAliveOwner & { isReadingPaused: boolean }; said: string[] } {
  const said: string[] = [];
  const owner = {
    isReadingPaused: false,
    sendPing: () => void said.push("ping"),
    peerIsGone: () => void said.push("gone"),
  };
  return { keepAlive: new KeepAlive(new PassThrough(), 1000, owner), owner, said };
}

it("sends a Ping in each interval, and sees that nothing came back", () => {
  const { keepAlive, said } = watch();
  vi.advanceTimersByTime(1000);
  keepAlive.heard();
  vi.advanceTimersByTime(1999);
  expect(said).toEqual(["ping", "ping"]);
  vi.advanceTimersByTime(1);
  expect(said).toEqual(["ping", "ping", "gone"]);
  keepAlive.stop();
  vi.advanceTimersByTime(5000);
  expect(said).toHaveLength(3);
});

it("does not judge a peer that is not read", () => {
  const { keepAlive, owner, said } = watch();
  vi.advanceTimersByTime(1000);
  owner.isReadingPaused = true;
  vi.advanceTimersByTime(5000);
  owner.isReadingPaused = false;
  vi.advanceTimersByTime(1000);
  expect(said).toEqual(["ping", "ping"]);
  keepAlive.stop();
});
