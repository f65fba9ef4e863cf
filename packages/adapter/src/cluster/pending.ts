import { visitEach } from "@halyard/websocket/core";
import type { ServerId } from "../types.js";
import type { AwaitedNodes } from "./awaited-nodes.js";
import type { Schedule } from "./schedule.js";

/** Told once how a request ended. */
export interface RequestSink {
  onComplete(responses: unknown[]): void;
  /** @param responses those that came */
  onTimeout(error: Error, responses: unknown[]): void;
}

/** What has not come yet. A second answer of a node does not count. */
type Progress =
  | { readonly by: "count"; readonly expected: number; readonly answered: Set<ServerId> }
  | { readonly by: "node"; readonly missing: Set<ServerId>; readonly answered: Set<ServerId> };

interface Request {
  readonly progress: Progress;
  readonly sink: RequestSink;
  readonly responses: unknown[];
  readonly cancelDeadline: () => void;
}

/** Requests to other nodes which are waiting for answers. Each ends once: complete, at its deadline, or when all are failed. */
export class PendingRequests {
  readonly #requests: Map<string, Request> = new Map();
  readonly #schedule: Schedule;

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  get size(): number {
    return this.#requests.size;
  }

  /**
   * @param responses answers that are there already
   * @param timeoutMs after which `sink` is told what came so far
   * @returns whether there is a node to ask
   */
  open(requestId: string, awaited: AwaitedNodes, responses: unknown[], timeoutMs: number, sink: RequestSink): boolean {
    const cancelDeadline = this.#schedule(() => this.#expire(requestId), timeoutMs);
    const progress = start(awaited);
    this.#requests.set(requestId, { progress, sink, responses, cancelDeadline });
    this.#settle(requestId);
    return this.#requests.has(requestId);
  }

  /**
   * A node has answered. Ignored when it is too late, or the second answer. A node nobody knew of when the request was made is
   * not waited for, but it was asked as the others were: what it says in time counts.
   */
  answer(requestId: string, uid: ServerId, responses: readonly unknown[]): void {
    const request = this.#requests.get(requestId);
    if (request === undefined || request.progress.answered.has(uid)) return;
    request.progress.answered.add(uid);
    if (request.progress.by === "node") request.progress.missing.delete(uid);
    for (const response of responses) {
      request.responses.push(response);
    }
    this.#settle(requestId);
  }

  /** A node has left: nobody waits for it any more. @throws what the first sink throws, when all requests have been looked at */
  removeNode(uid: ServerId): void {
    visitEach(this.#requests, ([requestId, { progress }]) => {
      if (progress.by === "node" && progress.missing.delete(uid)) this.#settle(requestId);
    });
  }

  /** Ends all requests as if their deadlines had come. @throws what the first sink throws, when all have ended */
  failAll(): void {
    visitEach(this.#requests.keys(), (requestId) => this.#expire(requestId));
  }

  #settle(requestId: string): void {
    const request = this.#requests.get(requestId);
    if (request === undefined || missing(request.progress) > 0) return;
    this.#requests.delete(requestId);
    request.cancelDeadline();
    request.sink.onComplete(request.responses);
  }

  #expire(requestId: string): void {
    const request = this.#requests.get(requestId);
    if (request === undefined) return;
    this.#requests.delete(requestId);
    request.cancelDeadline();
    request.sink.onTimeout(new Error(describeTimeout(request.progress)), request.responses);
  }
}

function start(awaited: AwaitedNodes): Progress {
  return awaited.by === "count"
    ? { by: "count", expected: awaited.expected, answered: new Set() }
    : { by: "node", missing: new Set(awaited.nodes), answered: new Set() };
}

function missing(progress: Progress): number {
  return progress.by === "node" ? progress.missing.size : progress.expected - progress.answered.size;
}

/** The texts are those of socket.io-adapter: programs match them. */
function describeTimeout(progress: Progress): string {
  return progress.by === "node"
    ? `timeout reached: missing ${progress.missing.size} responses`
    : `timeout reached: only ${progress.answered.size} responses received out of ${progress.expected}`;
}
