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

/** Opcodes of frames that belong to a message. */
export type DataOpcode = typeof Opcode.Continuation | typeof Opcode.Text | typeof Opcode.Binary;

/** Opcodes of control frames (RFC 6455 §5.5). */
export type ControlOpcode = typeof Opcode.Close | typeof Opcode.Ping | typeof Opcode.Pong;

/** Close codes of RFC 6455 §7.4.1 that this package sends or reports itself, and the one of a normal end. */
export const CloseCode = {
  Normal: 1000,
  ProtocolError: 1002,
  /** Reported when a Close frame carries no code. Never on the wire. */
  NoStatus: 1005,
  /** Reported when the connection ends without a Close frame. Never on the wire. */
  Abnormal: 1006,
  InvalidPayload: 1007,
  PolicyViolation: 1008,
  MessageTooBig: 1009,
  InternalError: 1011,
} as const;
