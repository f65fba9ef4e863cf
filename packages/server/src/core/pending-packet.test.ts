import { describe, expect, it } from "vitest";
import type { Packet } from "./packet.js";
import { PendingPacket } from "./pending-packet.js";

const placeholder = (num: unknown): object => ({ _placeholder: true, num });

describe("Socket.IO protocol v5, binary events", () => {
  it("puts each attachment where it was announced, in any order", () => {
    const data = ["a", placeholder(1), { b: [placeholder(0)] }];
    const pending = new PendingPacket({ type: 2, nsp: "/", data }, 2, 100);
    const [first, second] = [Buffer.from([1]), Buffer.from([2])];
    expect(pending.add(first)).toBeNull();
    expect(pending.add(second)).toEqual({ type: 2, nsp: "/", data: ["a", second, { b: [first] }] });
  });

  it("counts the bytes of all attachments together", () => {
    const data = ["a", placeholder(0), placeholder(1)];
    const pending = new PendingPacket({ type: 2, nsp: "/", data }, 2, 10);
    expect(pending.add(Buffer.alloc(6))).toBeNull();
    expect(() => pending.add(Buffer.alloc(5))).toThrow("attachments exceed their limit by 1 bytes");
  });

  it("takes exactly the bytes allowed", () => {
    const pending = new PendingPacket({ type: 2, nsp: "/", data: ["a", placeholder(0)] }, 1, 10);
    expect(pending.add(new ArrayBuffer(10))).not.toBeNull();
  });

  it("keeps a key named __proto__ an ordinary one", () => {
    const data = ["a", JSON.parse('{"__proto__":{"_placeholder":true,"num":0}}')];
    const packet = new PendingPacket({ type: 2, nsp: "/", data }, 1, 10).add(Buffer.from([7]));
    const [, object] = (packet as Packet).data as [string, object];
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(object, "__proto__")?.value).toEqual(Buffer.from([7]));
  });
});
