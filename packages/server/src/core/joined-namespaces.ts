import { BINARY_EVENT, DISCONNECT, EVENT } from "../constants.js";
import { NameTable } from "./name-table.js";
import type { Packet } from "./packet.js";

/**
 * What one connection has to do with which namespace. The entries are those it has joined; beside them stand those it is joining,
 * those whose DISCONNECT has been read, and those the server made it leave. Lists exist only while they are needed.
 */
export class JoinedNamespaces<Member, Attempt> extends NameTable<Member> {
  private attempts: NameTable<Attempt> | null = null;
  /** Their DISCONNECT waits for its tick. */
  private leaving: Set<string> | null = null;
  private left: Set<string> | null = null;

  /** How many are being joined. */
  get attemptCount(): number {
    return this.attempts === null ? 0 : this.attempts.size;
  }

  isJoining(name: string): boolean {
    return this.attempts !== null && this.attempts.has(name);
  }

  beginJoining(name: string, attempt: Attempt): void {
    (this.attempts ??= new NameTable()).set(name, attempt);
  }

  endJoining(name: string): void {
    this.attempts?.delete(name);
    if (this.attempts?.size === 0) this.attempts = null;
  }

  /** All attempts under way; from now on there is none. */
  takeAttempts(): Attempt[] {
    const attempts = this.attempts?.values() ?? [];
    this.attempts = null;
    return attempts;
  }

  join(name: string, member: Member): void {
    this.set(name, member);
    this.left?.delete(name);
  }

  /** A newer member of the same namespace is not touched. @param maxRemembered see {@link wasMadeToLeave} */
  leave(name: string, member: Member, by: "client" | "server" | "connection", maxRemembered: number): void {
    if (this.get(name) !== member) return;
    this.delete(name);
    if (by === "server" && this.left?.size !== maxRemembered) (this.left ??= new Set()).add(name);
  }

  /** The server made the client leave: what the client sent before it knew is not a violation. */
  wasMadeToLeave(name: string): boolean {
    return this.left !== null && this.left.has(name);
  }

  /** A packet has been read, and waits for its tick. */
  onRead({ type, nsp }: Packet): void {
    if (type === DISCONNECT && this.has(nsp)) (this.leaving ??= new Set()).add(nsp);
  }

  /**
   * The tick of a packet has come.
   *
   * @returns whether it is to be dropped, as upstream: an event that was read together with the DISCONNECT behind it. Acknowledgements
   *   are not
   */
  isDropped({ type, nsp }: Packet): boolean {
    if (this.leaving === null) return false;
    if (type === DISCONNECT) this.leaving.delete(nsp);
    return (type === EVENT || type === BINARY_EVENT) && this.leaving.has(nsp);
  }
}
