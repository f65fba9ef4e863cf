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

  /** By identity: a session never removes another one with the same id. */
  remove(session: Socket): void {
    if (this.byId[session.id] === session) {
      delete this.byId[session.id];
      this.count -= 1;
    }
  }

  all(): Socket[] {
    return Object.values(this.byId);
  }
}
