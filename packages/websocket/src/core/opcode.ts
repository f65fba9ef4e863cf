/** Frame types of RFC 6455 §11.8. */
export const Opcode = {
  Continuation: 0x0,
  Text: 0x1,
  Binary: 0x2,
  Close: 0x8,
  Ping: 0x9,
  Pong: 0xa,
} as const;

/** One of the opcodes of RFC 6455 §11.8. */
export type Opcode = (typeof Opcode)[keyof typeof Opcode];
