/** A decoded packet, as middlewares and replaced `onevent` methods see it. */
export interface Packet {
  type: number;
  nsp: string;
  /** Acknowledgement id; absent when no acknowledgement is asked for. */
  id?: number | undefined;
  data?: unknown;
}

/** Bounds on what one packet may hold. All are enforced before the packet reaches a namespace. */
export interface PacketLimits {
  /** Arguments of one event or acknowledgement, the event's name not counted. */
  readonly maxEventArguments: number;
  /** Arrays and objects inside each other, the argument list included. */
  readonly maxNestingDepth: number;
  /** Attachments of one packet. */
  readonly maxAttachments: number;
  /** Bytes of all attachments of one packet together. */
  readonly maxAttachmentBytes: number;
}
