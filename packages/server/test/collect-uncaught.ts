import { onTestFinished } from "vitest";

/** Collects uncaught exceptions in place of the test runner, until the test is over. */
export function collectUncaught(): Error[] {
  const errors: Error[] = [];
  const collect = (error: Error): void => void errors.push(error);
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", collect);
  onTestFinished(() => {
    process.removeListener("uncaughtException", collect);
    for (const listener of others) process.on("uncaughtException", listener);
  });
  return errors;
}
