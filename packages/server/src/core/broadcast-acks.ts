/**
 * Counts the responses to a broadcast: complete when every server has told how many clients it asked, and every client
 * has answered.
 */
export class BroadcastAcks {
  readonly responses: unknown[] = [];
  private expectedServers = -1;
  private servers = 0;
  private expectedClients = 0;
  private done = false;
  private readonly onComplete: () => void;

  constructor(onComplete: () => void) {
    this.onComplete = onComplete;
  }

  /** Number of servers the broadcast went to, this one included. */
  expectServers(count: number): void {
    this.expectedServers = count;
    this.check();
  }

  /** One server sent it to that many clients. */
  onClientCount(count: number): void {
    this.servers++;
    this.expectedClients += count;
    this.check();
  }

  onResponse(response: unknown): void {
    if (this.done) return;
    this.responses.push(response);
    this.check();
  }

  /** Time is up: what comes now is ignored. False when it was complete already. */
  giveUp(): boolean {
    if (this.done) return false;
    this.done = true;
    return true;
  }

  private check(): void {
    if (this.done || this.servers !== this.expectedServers || this.responses.length !== this.expectedClients) return;
    this.done = true;
    this.onComplete();
  }
}
