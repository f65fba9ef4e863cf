import { describe, expect, it } from "vitest";
import { cluster, modelText, oneNode, unitCosts } from "./model.mjs";

const costs = { echo: 10, batched: 5, delivery: 7, connect: 500, heartbeat: 20, bytes: 8_000 };

describe("the model of what a node carries", () => {
  it("is left out while a cost it needs is not measured", () => {
    expect(unitCosts({})).toBeNull();
    expect(modelText({ table: { rows: [] }, growth: { rows: [] } })).toBeNull();
  });

  it("divides a node's budget by the cost of one unit", () => {
    const node = oneNode(costs);
    expect(node.byMemory).toBe(1_200_000);
    expect(node.byHeartbeat).toBe(875_000);
    expect(node.connections).toBe(875_000);
    expect(node.echoes).toBe(70_000);
    expect(node.deliveries).toBe(100_000);
    expect(node.connects).toBe(1_400);
  });

  it("lets every node look at every broadcast, up to the ceiling", () => {
    expect(cluster(costs, 1, { spread: 0 }).broadcasts).toBe(100);
    const [ten, thousand, million] = [10, 1_000, 1_000_000].map((nodes) => cluster(costs, nodes));
    expect(ten.broadcasts).toBeCloseTo((10 * 0.7e6) / (7_000 + 50));
    expect(thousand.broadcasts).toBeLessThan(100 * ten.broadcasts);
    expect(million.broadcasts).toBeLessThan(million.ceiling);
    expect(million.broadcasts).toBeGreaterThan(0.99 * million.ceiling);
  });

  it("lifts the ceiling when only the nodes with members look", () => {
    const [all, some] = [cluster(costs, 1_000), cluster(costs, 1_000, { spread: 10 })];
    expect(some.ceiling).toBe(100 * all.ceiling);
  });
});
