import { EventEmitter } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";

/** The form of binary messages in `message` events. */
export type BinaryType = "nodebuffer" | "arraybuffer" | "fragments" | "blob";

/** Data of a `message` event: text comes as a Buffer, binary in the form of `binaryType` (a Blob for "blob"). */
export type RawData = Buffer | ArrayBuffer | Buffer[];

/** Data of a `MessageEvent`: text comes as a string. */
export type MessageData = string | RawData | Blob;

/** The events of a WebSocket and what their listeners get. */
export interface WebSocketEvents {
  open: [];
  message: [data: RawData, isBinary: boolean];
  /** The peer did something wrong, or a client could not connect. `close` follows. */
  error: [error: Error];
  /** Once. `code` is 1005 when the peer gave none, 1006 when the connection broke. */
  close: [code: number, reason: Buffer];
  ping: [data: Buffer];
  pong: [data: Buffer];
  /** `bufferedAmount` is 0 again. */
  drain: [];
  /** Client: the response of the opening handshake. */
  upgrade: [response: IncomingMessage];
  /** Client: about to send the request to where a redirect points. With a listener, no header is dropped for another origin: remove them. */
  redirect: [url: string, request: ClientRequest];
  /** Client: the response is not 101. With a listener, the handshake is the listener's to end. */
  "unexpected-response": [request: ClientRequest, response: IncomingMessage];
}

/** What `addEventListener` listeners of a {@link WebSocketEventTarget} get. */
export class Event {
  readonly #target: WebSocketEventTarget;

  constructor(
    readonly type: string,
    target: WebSocketEventTarget,
  ) {
    this.#target = target;
  }

  /** No property of its own: an event can be turned into JSON, a WebSocket cannot. */
  get target(): WebSocketEventTarget {
    return this.#target;
  }
}

/** The connection is closed. */
export class CloseEvent extends Event {
  constructor(
    target: WebSocketEventTarget,
    /** 1005: the peer gave no code; 1006: no Close frame came. */
    readonly code: number,
    readonly reason: string,
    /** Both Close frames were exchanged. */
    readonly wasClean: boolean,
  ) {
    super("close", target);
  }
}

/** Something went wrong; `close` follows. */
export class ErrorEvent extends Event {
  readonly message: string;

  constructor(
    target: WebSocketEventTarget,
    readonly error: unknown,
  ) {
    super("error", target);
    this.message = error instanceof Error ? error.message : String(error);
  }
}

/** A message. */
export class MessageEvent extends Event {
  constructor(
    target: WebSocketEventTarget,
    readonly data: MessageData,
  ) {
    super("message", target);
  }
}

/** Event classes by type. */
export interface WebSocketEventMap {
  open: Event;
  message: MessageEvent;
  error: ErrorEvent;
  close: CloseEvent;
}

/** A function, or an object with `handleEvent`, as in the DOM. */
export type EventListener<T> = ((event: T) => void) | { handleEvent(event: T): void };

/** Options of `addEventListener`. */
export interface EventListenerOptions {
  /** Remove it after the first call. Default false. */
  readonly once?: boolean | undefined;
}

type AnyListener = EventListener<never>;

/** What `addEventListener` hands to `on`: the emitter's function, and what the user gave. */
interface WrappedListener {
  (this: WebSocketEventTarget, ...args: unknown[]): void;
  [LISTENER]?: AnyListener;
  [IS_HANDLER]?: boolean;
}

const LISTENER: unique symbol = Symbol("listener");
const IS_HANDLER: unique symbol = Symbol("handler");

/**
 * What an `EventEmitter` is before anybody listens: nothing. Its methods make the table of listeners when they need it,
 * its constructor makes it always, and a connection with a sink never needs one.
 */
const EmptyEmitter = class {} as unknown as new () => EventEmitter<WebSocketEvents>;
Object.setPrototypeOf(EmptyEmitter.prototype, EventEmitter.prototype);

/** The browser's face of a WebSocket: `addEventListener` and `on…` attributes over the events of an `EventEmitter`. */
export abstract class WebSocketEventTarget extends EmptyEmitter {
  // Whether the closing handshake was completed, by the names ws has for it.
  abstract get _closeFrameReceived(): boolean;
  abstract get _closeFrameSent(): boolean;

  get onopen(): ((event: Event) => void) | null {
    return this.attributeHandler("open");
  }
  set onopen(handler: ((event: Event) => void) | null) {
    this.setAttributeHandler("open", handler);
  }

  get onmessage(): ((event: MessageEvent) => void) | null {
    return this.attributeHandler("message");
  }
  set onmessage(handler: ((event: MessageEvent) => void) | null) {
    this.setAttributeHandler("message", handler);
  }

  get onerror(): ((event: ErrorEvent) => void) | null {
    return this.attributeHandler("error");
  }
  set onerror(handler: ((event: ErrorEvent) => void) | null) {
    this.setAttributeHandler("error", handler);
  }

  get onclose(): ((event: CloseEvent) => void) | null {
    return this.attributeHandler("close");
  }
  set onclose(handler: ((event: CloseEvent) => void) | null) {
    this.setAttributeHandler("close", handler);
  }

  /** Adds a listener; one that is there already is not added again. Other types than these four are ignored. */
  addEventListener<K extends keyof WebSocketEventMap>(
    type: K,
    listener: EventListener<WebSocketEventMap[K]>,
    options: EventListenerOptions = {},
  ): void {
    if (this.wrappedListener(type, (wrapper) => wrapper[LISTENER] === listener && wrapper[IS_HANDLER] !== true)) return;
    this.addWrapped(type, listener, Boolean(options.once), false);
  }

  removeEventListener<K extends keyof WebSocketEventMap>(type: K, listener: EventListener<WebSocketEventMap[K]>): void {
    const wrapper = this.wrappedListener(
      type,
      (wrapper) => wrapper[LISTENER] === listener && wrapper[IS_HANDLER] !== true,
    );
    if (wrapper !== undefined) this.ownEmitter.off(type, wrapper);
  }

  private get endedCleanly(): boolean {
    return this._closeFrameReceived && this._closeFrameSent;
  }

  /** This emitter, without the types of its events. */
  private get ownEmitter(): EventEmitter {
    return this;
  }

  private attributeHandler<K extends keyof WebSocketEventMap>(type: K): ((event: WebSocketEventMap[K]) => void) | null {
    const wrapper = this.wrappedListener(type, (wrapper) => wrapper[IS_HANDLER] === true);
    return (wrapper?.[LISTENER] as ((event: WebSocketEventMap[K]) => void) | undefined) ?? null;
  }

  private setAttributeHandler<K extends keyof WebSocketEventMap>(
    type: K,
    handler: ((event: WebSocketEventMap[K]) => void) | null,
  ): void {
    const old = this.wrappedListener(type, (wrapper) => wrapper[IS_HANDLER] === true);
    if (old !== undefined) this.ownEmitter.off(type, old);
    if (typeof handler === "function") this.addWrapped(type, handler, false, true);
  }

  private wrappedListener(
    type: keyof WebSocketEventMap,
    test: (wrapper: WrappedListener) => boolean,
  ): WrappedListener | undefined {
    return (this.listeners(type) as WrappedListener[]).find((listener) => LISTENER in listener && test(listener));
  }

  private addWrapped<K extends keyof WebSocketEventMap>(
    type: K,
    listener: EventListener<WebSocketEventMap[K]>,
    once: boolean,
    isHandler: boolean,
  ): void {
    const wrapper: WrappedListener | null = this.wrapListener(type, listener as EventListener<Event>);
    if (wrapper === null) return;
    wrapper[LISTENER] = listener;
    wrapper[IS_HANDLER] = isHandler;
    if (once) this.ownEmitter.once(type, wrapper);
    else this.ownEmitter.on(type, wrapper);
  }

  private wrapListener(name: keyof WebSocketEventMap, listener: EventListener<Event>): WrappedListener | null {
    switch (name) {
      case "open":
        return function () {
          dispatch(this, listener, new Event("open", this));
        };
      case "message":
        return function (data, isBinary) {
          dispatch(this, listener, new MessageEvent(this, isBinary === true ? (data as MessageData) : String(data)));
        };
      case "error":
        return function (error) {
          dispatch(this, listener, new ErrorEvent(this, error));
        };
      case "close":
        return function (code, reason) {
          dispatch(this, listener, new CloseEvent(this, Number(code), String(reason), this.endedCleanly));
        };
      default:
        name satisfies never;
        return null;
    }
  }
}

function dispatch(target: WebSocketEventTarget, listener: EventListener<Event>, event: Event): void {
  if (typeof listener === "function") listener.call(target, event);
  else listener.handleEvent(event);
}
