/**
 * What is to be done once the code that is running has returned. One call is scheduled for all that a tick brings: for
 * many connections that is far less than one each.
 */
export class TickList<T> {
  private readonly handle: (item: T) => void;
  private readonly schedule: (run: () => void) => void;
  private readonly items: T[] = [];

  /** @param schedule calls its argument once, later, as `process.nextTick` does */
  constructor(handle: (item: T) => void, schedule: (run: () => void) => void) {
    this.handle = handle;
    this.schedule = schedule;
  }

  add(item: T): void {
    if (this.items.push(item) === 1) this.schedule(this.handleAll);
  }

  /** What is scheduled, at once. */
  readonly handleAll = (): void => {
    const { items } = this;
    let handled = 0;
    try {
      while (handled < items.length) this.handle(items[handled++]!); // which may add others
    } finally {
      if (handled === items.length) {
        items.length = 0;
      } else {
        // A user's listener has thrown: that is no affair of the others, here and in ticks to come.
        items.splice(0, handled);
        this.schedule(this.handleAll);
      }
    }
  };
}
