import { describe, expectTypeOf, it } from "vitest";
import type { BroadcastOptions, Session } from "./types.js";
import { Adapter } from "./in-memory-adapter.js";
import { SessionAwareAdapter } from "./session-aware-adapter.js";

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

/** Types of socket.io-adapter hide that there may be no session. */
class PublishedStore extends SessionAwareAdapter {
  override async restoreSession(pid: string, offset: string): Promise<Session> {
    const session: Session = await super.restoreSession(pid, offset);
    return session;
  }
}

class HonestStore extends SessionAwareAdapter {
  override restoreSession(pid: string, offset: string): Promise<Session | null> {
    return super.restoreSession(pid, offset);
  }
}

describe("adapters written against socket.io-adapter", () => {
  it("may say what is restored as upstream does, or more exactly", () => {
    expectTypeOf<PublishedStore>().toExtend<Adapter>();
    expectTypeOf<HonestStore>().toExtend<Adapter>();
  });

  it("may use all of the namespace, the packets and the sockets", () => {
    expectTypeOf<Published["nsp"]>().toBeAny();
    expectTypeOf<ConstructorParameters<typeof Adapter>>().toEqualTypeOf<[nsp: any]>();
  });
});
