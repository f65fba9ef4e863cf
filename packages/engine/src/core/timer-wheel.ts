/** Something that wants to be told when a moment has come. The wheel owns the three fields. */
export interface WheelItem {
  /** slot the item stands in, -1 when in none */
  wheelSlot: number;
  wheelIndex: number;
  wheelDueMs: number;
  /**
   * Called at or after the earliest moment the item was scheduled for. An item whose deadline has moved on schedules
   * itself again; that makes prolonging a deadline free.
   */
  onDue(nowMs: number): void;
}

const SLOT_COUNT = 512;

/**
 * A hashed timer wheel: any number of deadlines, constant work for each, one timer to drive it. Pure: it is told the
 * time. Nothing happens before its moment, everything at most one granule after it.
 */
export class TimerWheel {
  private readonly slots: WheelItem[][] = Array.from({ length: SLOT_COUNT }, () => []);
  /** Last granule that was handled. */
  private tick: number;
  private count = 0;
  private isAdvancing = false;

  constructor(
    private readonly granularityMs: number,
    nowMs: number,
  ) {
    this.tick = Math.floor(nowMs / granularityMs);
  }

  get size(): number {
    return this.count;
  }

  /**
   * Puts an item in, or moves it forward. A later moment than the one it stands at is ignored: see
   * {@link WheelItem.onDue}.
   *
   * @returns when the wheel must be advanced for this item
   */
  schedule(item: WheelItem, dueMs: number): number {
    if (item.wheelSlot !== -1) {
      if (dueMs >= item.wheelDueMs) return item.wheelDueMs;
      this.cancel(item);
    }
    item.wheelDueMs = dueMs;
    return this.insert(item) * this.granularityMs;
  }

  cancel(item: WheelItem): void {
    const slot = this.slots[item.wheelSlot];
    if (slot === undefined) return;
    const last = slot.pop();
    if (last !== undefined && last !== item) {
      slot[item.wheelIndex] = last;
      last.wheelIndex = item.wheelIndex;
    }
    item.wheelSlot = -1;
    this.count -= 1;
  }

  /**
   * Calls every item whose moment is at or before `nowMs`. An item that throws ends the call; what is due besides it is
   * due at once in the next one. Ignored from within {@link WheelItem.onDue}.
   */
  advance(nowMs: number): void {
    if (this.isAdvancing) {
      return; // the slot being drained would become one that may be inserted into, without an end
    }
    this.isAdvancing = true;
    try {
      this.drainUntil(nowMs);
    } finally {
      this.isAdvancing = false;
    }
  }

  /** When {@link advance} has something to do next; `Infinity` when empty. */
  nextDueMs(): number {
    if (this.count === 0) return Infinity;
    let tick = this.tick + 1;
    while (this.slots[tick % SLOT_COUNT]?.length === 0) {
      tick += 1;
    }
    return tick * this.granularityMs;
  }

  /** @returns the granule at which the item's slot is drained */
  private insert(item: WheelItem): number {
    const wanted = Math.ceil(item.wheelDueMs / this.granularityMs);
    // Never the slot being drained, and never more than one turn ahead: what is farther waits at the end of the turn.
    const tick = Math.min(Math.max(wanted, this.tick + 1), this.tick + SLOT_COUNT - 1);
    const slot = this.slots[tick % SLOT_COUNT] as WheelItem[];
    item.wheelSlot = tick % SLOT_COUNT;
    item.wheelIndex = slot.length;
    slot.push(item);
    this.count += 1;
    return tick;
  }

  private drainUntil(nowMs: number): void {
    const target = Math.floor(nowMs / this.granularityMs);
    if (target - this.tick > SLOT_COUNT) {
      this.tick = target - SLOT_COUNT; // after a long stall each slot is visited once
    }
    while (this.tick < target) {
      this.tick += 1;
      const slot = this.slots[this.tick % SLOT_COUNT] as WheelItem[];
      try {
        this.drain(slot, nowMs);
      } finally {
        if (slot.length > 0) {
          this.tick -= 1; // an item has thrown: the others come next time
        }
      }
    }
  }

  private drain(slot: WheelItem[], nowMs: number): void {
    for (let item = slot.pop(); item !== undefined; item = slot.pop()) {
      item.wheelSlot = -1;
      this.count -= 1;
      if (item.wheelDueMs > nowMs) {
        this.insert(item);
      } else {
        item.onDue(nowMs);
      }
    }
  }
}
