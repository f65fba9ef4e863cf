import { inspect } from "node:util";
import { ServerError } from "./errors.js";
import type { PacketLimits } from "./core/packet.js";

/** Bounds on what one client may ask for; options of the server. Exceeding one ends that connection, unless said. */
export interface ServerLimits extends PacketLimits {
  /** Namespaces of one connection, joined or being joined; beyond it CONNECT is refused. */
  readonly maxNamespacesPerConnection: number;
  /** CONNECT packets of one connection that wait for an answer; beyond it CONNECT is refused. */
  readonly maxPendingConnects: number;
  /** Dynamic namespaces without a socket; beyond it the one left first goes. A bound of the server. */
  readonly maxEmptyChildNamespaces: number;
}

/** The options {@link readLimits} reads. */
export interface LimitOptions {
  /** Arguments of one event or acknowledgement. Default 1000. */
  maxEventArguments: number;
  /** Arrays and objects inside each other in one packet. Default 512. */
  maxNestingDepth: number;
  /** Attachments of one packet. Default 10. */
  maxAttachments: number;
  /** Bytes of all attachments of one packet together. Default `maxHttpBufferSize` (1e6). */
  maxAttachmentBytes: number;
  /** Namespaces of one connection, joined or being joined. Default 1000. */
  maxNamespacesPerConnection: number;
  /** CONNECT packets of one connection that wait for an answer. Default 100. */
  maxPendingConnects: number;
  /** Dynamic namespaces that are kept without a socket; beyond it the one left first goes. Default 10000. */
  maxEmptyChildNamespaces: number;
}

/**
 * Reads the limits from the options of a server.
 *
 * @throws ServerError for what is not a positive integer
 */
export function readLimits(
  options: Partial<LimitOptions> & { maxHttpBufferSize?: number | string | undefined },
): ServerLimits {
  const read = (name: keyof LimitOptions, byDefault: number): number => {
    const value = options[name] ?? byDefault;
    if (value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value > 0)) return value;
    throw new ServerError(
      "ERR_INVALID_OPTION",
      `${name} must be a positive integer or Infinity, got ${inspect(value)}`,
    );
  };
  return {
    maxEventArguments: read("maxEventArguments", 1000),
    maxNestingDepth: read("maxNestingDepth", 512),
    maxAttachments: read("maxAttachments", 10),
    maxAttachmentBytes: read("maxAttachmentBytes", wholeBytes(options.maxHttpBufferSize ?? 1_000_000)),
    maxNamespacesPerConnection: read("maxNamespacesPerConnection", 1000),
    maxPendingConnects: read("maxPendingConnects", 100),
    maxEmptyChildNamespaces: read("maxEmptyChildNamespaces", 10_000),
  };
}

/** Digits count as the number they spell; what is none the engine refuses by its own name. */
function wholeBytes(size: number | string): number {
  return Math.max(1, Math.floor(Number(size)) || 1);
}
