/** Counts what a server has let in and what it has not decided on yet, and is full at a limit. */
export class ConnectionGate {
  private readonly maxConnections: number;
  private readonly maxPending: number;
  private open = 0;
  private pending = 0;

  /** 0: no limit. @param maxPending of requests alone; they count as connections, too */
  constructor(maxConnections: number, maxPending: number) {
    this.maxConnections = maxConnections;
    this.maxPending = maxPending;
  }

  /** Whether connections are to be counted. */
  get isLimited(): boolean {
    return this.maxConnections > 0;
  }

  get isFull(): boolean {
    if (this.maxPending > 0 && this.pending >= this.maxPending) return true;
    return this.maxConnections > 0 && this.open + this.pending >= this.maxConnections;
  }

  /** A request waits for a decision. @returns to be called when there is one, or the client has gone; once counts */
  wait(): () => void {
    this.pending++;
    let waits = true;
    return () => {
      if (waits) this.pending--;
      waits = false;
    };
  }

  enter(): void {
    this.open++;
  }

  leave(): void {
    this.open--;
  }
}
