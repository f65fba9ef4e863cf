/** Called when the bytes were handed to the operating system, or with the error that prevented it. */
export type SendCallback = (error?: Error | null) => void;

/** Where encoded frames go, in order. */
export interface FrameOutput {
  /** True while written bytes wait because the peer does not read. */
  readonly isCongested: boolean;
  /** @param bytes a latin1 string, or a Buffer that is not changed from now on */
  write(bytes: string | Buffer, done: SendCallback | null): void;
  /** A large payload that the caller may change after the current call: leaves now. */
  writeNow(header: Buffer, payload: Buffer, done: SendCallback | null): void;
  /** Messages have waited before they were written, and none waits now: a drain is due when all has left, also if it has already. */
  reportDrain(): void;
  /** Ends the writing side, after all that was written. */
  end(): void;
}
