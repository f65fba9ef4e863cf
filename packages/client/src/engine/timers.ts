/** Timer functions as a transport or a session uses them. */
export interface TimerHost {
  setTimeoutFn: typeof setTimeout;
  clearTimeoutFn: typeof clearTimeout;
}

// Read once, so that `useNativeTimers` survives a mocked clock.
const { setTimeout: nativeSetTimeout, clearTimeout: nativeClearTimeout } = globalThis;

/** Gives `target` its `setTimeoutFn` and `clearTimeoutFn`: today's globals, or with `useNativeTimers` those of load time. */
export function installTimerFunctions(
  target: object,
  options: { readonly useNativeTimers?: boolean | undefined },
): void {
  const native = options.useNativeTimers;
  Object.assign(target, {
    setTimeoutFn: (native ? nativeSetTimeout : globalThis.setTimeout).bind(globalThis),
    clearTimeoutFn: (native ? nativeClearTimeout : globalThis.clearTimeout).bind(globalThis),
  });
}
