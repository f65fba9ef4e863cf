/** More waits for a peer that does not read than `maxBufferedAmount` allows. */
export class BufferedAmountError extends Error {
  readonly code = "WS_ERR_MAX_BUFFERED_AMOUNT";

  constructor(bufferedBytes: number, maxBytes: number) {
    super(`the peer does not read: ${bufferedBytes} bytes wait, maxBufferedAmount is ${maxBytes}`);
  }
}
