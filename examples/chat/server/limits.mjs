/** Every bound of the chat, in one place. A message beyond one of them is refused with the sentence its sender sees. */
export const LIMITS = Object.freeze({
  nicknameChars: 24,
  textChars: 2_000,
  imageBytes: 700_000,
  rooms: 50,
  historyMessages: 50,
  historyImages: 8,
  seenIds: 500,
  /** Token bucket of one socket: a burst, then so many a second. */
  burst: 40,
  perSecond: 8,
  /** Typing notices have a bucket of their own, so that they never use up the one of messages. */
  typingBurst: 10,
  typingPerSecond: 4,
});

/** A token bucket. `take` answers whether one more action is allowed now. */
export class TokenBucket {
  #tokens;
  #atMs = Date.now();

  constructor(burst, perSecond) {
    this.burst = burst;
    this.perSecond = perSecond;
    this.#tokens = burst;
  }

  take(nowMs = Date.now()) {
    this.#tokens = Math.min(this.burst, this.#tokens + ((nowMs - this.#atMs) / 1000) * this.perSecond);
    this.#atMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
