import type { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { isAnswered } from "./answered.js";
import type { WheelItem } from "./core/timer-wheel.js";
import { EngineError, ErrorCode } from "./errors.js";
import type { Scheduler } from "./ticker.js";

/**
 * A request that waits for the decision of others: middlewares, `allowRequest`, `generateId`. They may decide twice, after
 * the peer has gone, or never.
 */
export class Admission implements WheelItem {
  private decided: ((error: EngineError | null) => void) | null;
  private line: EventEmitter | null = null;
  private readonly onClosed = (): void => this.forget();
  wheelSlot = -1;
  wheelIndex = 0;
  wheelDueMs = 0;

  /**
   * @param response what middlewares may answer in the engine's place
   * @param decided called at most once, with `null` when the request is admitted
   */
  constructor(
    private readonly ticker: Scheduler,
    private readonly response: ServerResponse | null,
    decided: (error: EngineError | null) => void,
  ) {
    this.decided = decided;
  }

  get isPending(): boolean {
    return this.decided !== null;
  }

  settle(error: EngineError | null): void {
    const { decided } = this;
    this.forget();
    decided?.(error);
  }

  /**
   * From now on the decision has to come in time.
   *
   * @param timeoutMs 0: wait for ever
   * @param line emits `close` when there is nobody left to decide about; `null`: the decision is wanted all the same
   */
  limit(timeoutMs: number, line: EventEmitter | null): void {
    if (this.decided === null || timeoutMs <= 0 || this.isAnswered) return;
    this.line = line;
    line?.once("close", this.onClosed);
    this.ticker.schedule(this, this.ticker.nowMs() + timeoutMs);
  }

  onDue(): void {
    if (this.isAnswered) {
      this.forget(); // a middleware is answering: that may take as long as it likes
    } else {
      this.settle(new EngineError(ErrorCode.FORBIDDEN, { name: "ADMISSION_TIMEOUT" }));
    }
  }

  private get isAnswered(): boolean {
    return this.response !== null && isAnswered(this.response);
  }

  private forget(): void {
    this.decided = null;
    this.ticker.cancel(this);
    this.line?.removeListener("close", this.onClosed);
    this.line = null;
  }
}
