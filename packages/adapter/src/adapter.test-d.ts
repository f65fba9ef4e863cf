import { describe, expectTypeOf, it } from "vitest";
import type { BroadcastOptions } from "./types.js";
import { Adapter } from "./in-memory-adapter.js";

/** As published adapters are written. */
class Published extends Adapter {
  readonly channel: string;

  constructor(nsp: any) {
    super(nsp);
    this.channel = `prefix#${this.nsp.server.path()}#${this.nsp.name}`;
  }

  override broadcast(packet: any, opts: BroadcastOptions): void {
    super.broadcast({ ...packet, nsp: this.nsp.name }, opts);
  }

  override async fetchSockets(opts: BroadcastOptions): Promise<any[]> {
    const sockets = await super.fetchSockets(opts);
    return sockets.map((socket) => socket.handshake.headers);
  }
}

describe("adapters written against socket.io-adapter", () => {
  it("may use all of the namespace, the packets and the sockets", () => {
    expectTypeOf<Published["nsp"]>().toBeAny();
    expectTypeOf<ConstructorParameters<typeof Adapter>>().toEqualTypeOf<[nsp: any]>();
  });
});
