import { describe, expect, it } from "vitest";
import { NodeTable } from "./node-table.js";

describe("NodeTable", () => {
  it("knows nodes until they have been silent for too long", () => {
    const nodes = new NodeTable(100);
    nodes.start("a", 0);
    nodes.see("b", 50);
    expect(nodes.ids()).toEqual(new Set(["a", "b"]));
    expect(nodes.removeDead(100)).toEqual([]);
    expect(nodes.removeDead(101)).toEqual(["a"]);
    expect(nodes.size).toBe(1);
  });

  it("knows a node again that is back from the dead", () => {
    const nodes = new NodeTable(100);
    nodes.see("a", 0);
    nodes.removeDead(200);
    nodes.see("a", 201);
    expect(nodes.size).toBe(1);
  });

  it("is not fooled by delayed messages of a node that has said goodbye", () => {
    const nodes = new NodeTable(100);
    nodes.see("a", 0);
    nodes.leave("a", 10);
    nodes.see("a", 11);
    expect(nodes.size).toBe(0);
    expect(nodes.isSettled).toBe(false);
    nodes.removeDead(111);
    expect(nodes.isSettled).toBe(true);
  });

  it("knows a node that starts again", () => {
    const nodes = new NodeTable(100);
    nodes.leave("a", 0);
    nodes.start("a", 1);
    expect(nodes.ids()).toEqual(new Set(["a"]));
  });
});
