// Read once, so that `useNativeTimers` survives a mocked clock.
const native = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

/** Gives `target` its `setTimeoutFn` and `clearTimeoutFn`: today's globals, or with `useNativeTimers` those of load time. */
export function installTimerFunctions(
  target: object,
  options: { readonly useNativeTimers?: boolean | undefined },
): void {
  const { setTimeout, clearTimeout } = options.useNativeTimers ? native : globalThis;
  Object.assign(target, { setTimeoutFn: setTimeout.bind(globalThis), clearTimeoutFn: clearTimeout.bind(globalThis) });
}
