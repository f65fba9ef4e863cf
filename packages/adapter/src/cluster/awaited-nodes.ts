import type { ServerId } from "../types.js";
import type { Schedule } from "./schedule.js";

/** Whose answers a request waits for. */
export type AwaitedNodes =
  /** So many other nodes, whoever they are. */
  | { readonly by: "count"; readonly expected: number }
  /** These nodes. */
  | { readonly by: "node"; readonly nodes: ReadonlySet<ServerId> };

/** What knows the other nodes may not be there, and not say so. @throws Error after `timeoutMs` */
export function countInTime(
  counted: Promise<AwaitedNodes>,
  timeoutMs: number,
  schedule: Schedule,
): Promise<AwaitedNodes> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error("timeout reached: the other nodes could not be counted"));
    const cancel = schedule(fail, timeoutMs);
    counted.then(resolve, reject).finally(cancel);
  });
}
