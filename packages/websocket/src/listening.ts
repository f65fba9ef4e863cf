import type { EventEmitter } from "node:events";

/** A listener of an event that has no type here, with the arguments of one for an `EventEmitter`. */
type AnyListener<This> = (this: This, ...args: Parameters<Parameters<EventEmitter["on"]>[1]>) => void;

/** An emitter whose events `E` are known, and which has others. */
export interface Listening<E extends { [K in keyof E]: unknown[] }> extends EventEmitter {
  on<K extends keyof E>(event: K, listener: (this: this, ...args: E[K]) => void): this;
  on(event: string | symbol, listener: AnyListener<this>): this;
  once<K extends keyof E>(event: K, listener: (this: this, ...args: E[K]) => void): this;
  once(event: string | symbol, listener: AnyListener<this>): this;
  off<K extends keyof E>(event: K, listener: (this: this, ...args: E[K]) => void): this;
  off(event: string | symbol, listener: AnyListener<this>): this;
  addListener<K extends keyof E>(event: K, listener: (this: this, ...args: E[K]) => void): this;
  addListener(event: string | symbol, listener: AnyListener<this>): this;
  removeListener<K extends keyof E>(event: K, listener: (this: this, ...args: E[K]) => void): this;
  removeListener(event: string | symbol, listener: AnyListener<this>): this;
}
