/** Stands where the platform has no `WebSocket`: loading the package is no mistake, making a connection is. */
class Missing {
  constructor() {
    throw new Error("this is the entry of @halyard/websocket for browsers, but there is no globalThis.WebSocket");
  }
}

const Platform: typeof globalThis.WebSocket =
  (globalThis as { WebSocket?: typeof globalThis.WebSocket }).WebSocket ??
  (Missing as unknown as typeof globalThis.WebSocket);

/** In a browser the platform's own WebSocket is used. A class of its own for the other name: the platform's is not ours to add to. */
class WebSocket extends Platform {
  static readonly WebSocket: typeof WebSocket = WebSocket;
}

export = WebSocket;
