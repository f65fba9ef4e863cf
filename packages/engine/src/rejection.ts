/**
 * Hears of the rejection of what a function of the application returned. Any thenable counts as a promise, as with
 * `captureRejections` of `node:events`; one whose `then` throws counts as rejected.
 *
 * @param failed called at most once
 */
export function onRejection(result: unknown, failed: (cause: unknown) => void): void {
  if ((typeof result !== "object" && typeof result !== "function") || result === null) return;
  let hasFailed = false;
  const failOnce = (cause: unknown): void => {
    if (!hasFailed) {
      hasFailed = true;
      failed(cause);
    }
  };
  try {
    const { then } = result as { then?: unknown };
    if (typeof then === "function") Reflect.apply(then, result, [ignore, failOnce]);
  } catch (cause) {
    failOnce(cause);
  }
}

function ignore(): void {}
