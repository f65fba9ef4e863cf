import { describe, expect, it } from "vitest";
import { BroadcastAcks } from "./broadcast-acks.js";

function start(): { acks: BroadcastAcks; completed: () => number } {
  let completed = 0;
  return { acks: new BroadcastAcks(() => completed++), completed: () => completed };
}

describe("responses to a broadcast", () => {
  it("is complete when all servers have told their clients and all clients have answered", () => {
    const { acks, completed } = start();
    acks.onClientCount(2);
    acks.onResponse("a");
    acks.expectServers(2);
    acks.onResponse("b");
    expect(completed()).toBe(0);
    acks.onClientCount(1);
    acks.onResponse("c");
    expect(completed()).toBe(1);
    expect(acks.responses).toEqual(["a", "b", "c"]);
  });

  it("is complete at once when nobody was asked", () => {
    const { acks, completed } = start();
    acks.onClientCount(0);
    acks.expectServers(1);
    expect(completed()).toBe(1);
  });

  it("keeps what came in time, and no more", () => {
    const { acks, completed } = start();
    acks.expectServers(1);
    acks.onClientCount(2);
    acks.onResponse("a");
    expect(acks.giveUp()).toBe(true);
    acks.onResponse("late");
    expect(acks.responses).toEqual(["a"]);
    expect(completed()).toBe(0);
    expect(acks.giveUp()).toBe(false);
  });
});
