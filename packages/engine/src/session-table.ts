import type { Socket } from "./socket.js";

/** The live sessions of a server, by id. */
export class SessionTable {
  /** No prototype: an id of `__proto__` is an id like any other. */
  readonly byId: Record<string, Socket> = Object.create(null) as Record<string, Socket>;
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(sid: string): Socket | undefined {
    return this.byId[sid];
  }

  add(session: Socket): void {
    if (this.byId[session.id] === undefined) this.count += 1;
    this.byId[session.id] = session;
  }

  /** A session never removes another one with the same id. By its transport: it may be a proxy that was closed. */
  remove(session: Socket): void {
    if (this.byId[session.id]?.transport === session.transport) {
      delete this.byId[session.id];
      this.count -= 1;
    }
  }

  all(): Socket[] {
    return Object.values(this.byId);
  }
}
