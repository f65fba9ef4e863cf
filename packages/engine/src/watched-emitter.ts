import { EventEmitter } from "node:events";

// oxlint-disable-next-line typescript/no-explicit-any -- listeners are the user's; node:events types them the same way
type Listener = (...args: any[]) => void;

/**
 * What an `EventEmitter` is before anybody listens: nothing. Its methods make the table of listeners when they need it,
 * its constructor makes it always, and most sessions never have a listener.
 */
const EmptyEmitter = class {} as unknown as new () => EventEmitter;
Object.setPrototypeOf(EmptyEmitter.prototype, EventEmitter.prototype);

/**
 * An emitter that knows, at the cost of one bit test, whether anybody listens to the events its owner would otherwise
 * emit for nobody.
 */
export abstract class WatchedEmitter extends EmptyEmitter {
  /** One bit for each entry of {@link watchedEvents} that has a listener. */
  protected watched = 0;

  /** Names of the events to watch; the bit of an event is its index. */
  protected abstract get watchedEvents(): readonly string[];

  override on(event: string | symbol, listener: Listener): this {
    super.on(event, listener as () => void);
    this.recount(event);
    return this;
  }

  override addListener(event: string | symbol, listener: Listener): this {
    return this.on(event, listener);
  }

  override prependListener(event: string | symbol, listener: Listener): this {
    super.prependListener(event, listener as () => void);
    this.recount(event);
    return this;
  }

  override removeListener(event: string | symbol, listener: Listener): this {
    super.removeListener(event, listener as () => void);
    this.recount(event);
    return this;
  }

  override off(event: string | symbol, listener: Listener): this {
    return this.removeListener(event, listener);
  }

  override removeAllListeners(event?: string | symbol): this {
    if (event === undefined) {
      super.removeAllListeners();
      this.watched = 0;
    } else {
      super.removeAllListeners(event);
      this.recount(event);
    }
    return this;
  }

  // once() and prependOnceListener() are built on on() and prependListener() and need no care.

  private recount(event: string | symbol): void {
    const bit = typeof event === "string" ? this.watchedEvents.indexOf(event) : -1;
    if (bit !== -1) {
      this.watched = this.listenerCount(event) > 0 ? this.watched | (1 << bit) : this.watched & ~(1 << bit);
    }
  }
}
