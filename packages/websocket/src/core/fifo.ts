/** Up to so many items handed out already are left where they are. */
const MAX_GAP = 32;

/**
 * A queue, for lengths that others decide: `shift` of an array moves all that follows, so that one of 100,000 items takes
 * seconds to empty.
 */
export class Fifo<T> {
  private readonly items: (T | undefined)[] = [];
  /** Items at the beginning that have been handed out. */
  private gap = 0;

  get length(): number {
    return this.items.length - this.gap;
  }

  push(item: T): void {
    this.items.push(item);
  }

  /** Takes the oldest item; undefined when there is none. */
  shift(): T | undefined {
    const { items, gap } = this;
    if (gap === items.length) return undefined;
    const item = items[gap];
    items[gap] = undefined;
    this.gap = gap + 1;
    // No more is moved than has been handed out since the last time: constant work for each item.
    if (this.gap === items.length || (this.gap > MAX_GAP && this.gap * 2 > items.length)) this.close();
    return item;
  }

  /** Those that wait, oldest first. */
  toArray(): T[] {
    return this.items.slice(this.gap) as T[];
  }

  private close(): void {
    const { items, length } = this;
    items.copyWithin(0, this.gap);
    items.length = length;
    this.gap = 0;
  }
}
