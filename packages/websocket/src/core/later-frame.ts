import type { Opcode } from "./opcode.js";

/** A frame whose payload is still to be fetched. */
export interface LaterFrame {
  readonly opcode: typeof Opcode.Text | typeof Opcode.Binary | typeof Opcode.Ping | typeof Opcode.Pong;
  /** Length of the payload in bytes. */
  readonly bytes: number;
  /** False: a fragment, and more of its message follow. */
  readonly fin: boolean;
  /** Deflate it, when it is a whole message. */
  readonly compress: boolean;
}

/** Exactly one of the two is not null. */
export type BytesReady = (error: Error | null, data: Buffer | null) => void;
