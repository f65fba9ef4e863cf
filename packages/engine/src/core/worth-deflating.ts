/** Whether a message is to be compressed. @param thresholdBytes from which size on; `Infinity`: never, and then nothing is counted */
export function isWorthDeflating(data: string | Uint8Array, thresholdBytes: number): boolean {
  return thresholdBytes !== Infinity && Buffer.byteLength(data) >= thresholdBytes;
}
