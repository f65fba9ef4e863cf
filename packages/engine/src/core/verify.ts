import { EngineError, ErrorCode } from "../errors.js";

/** What the rules need to know about a request. */
export interface RequestFacts {
  readonly method: string;
  /** query parameter `transport` */
  readonly transport: string | undefined;
  /** query parameter `sid`; empty counts as absent */
  readonly sid: string | undefined;
  readonly protocol: 3 | 4;
  /** header `Origin` */
  readonly origin: string | undefined;
  /** arrived as a WebSocket upgrade */
  readonly isUpgrade: boolean;
}

/** What the rules need to know about a session. */
export interface SessionFacts {
  readonly transport: string;
  readonly protocol: number;
  /** whether it began on a transport above which there is another */
  readonly isUpgradable: boolean;
}

export interface VerifyPolicy {
  /** names of the enabled transports */
  readonly transports: readonly string[];
  readonly allowEIO3: boolean;
}

/**
 * Judges an HTTP request or upgrade, before anything is allocated for it.
 *
 * @param session the session named by `sid`, if there is one
 */
export function verifyRequest(
  facts: RequestFacts,
  session: SessionFacts | undefined,
  policy: VerifyPolicy,
): EngineError | null {
  const { transport } = facts;
  // WebTransport sessions do not arrive by HTTP.
  if (transport === undefined || transport === "webtransport" || !policy.transports.includes(transport)) {
    return new EngineError(ErrorCode.UNKNOWN_TRANSPORT, { transport });
  }
  if (facts.origin !== undefined && hasForbiddenHeaderCharacter(facts.origin)) {
    return badRequest({ name: "INVALID_ORIGIN", origin: facts.origin });
  }
  return facts.sid ? verifyMember(facts, session) : verifyNewcomer(facts);
}

/** Judges the protocol revision of a handshake; comes after `allowRequest`, as it always has. */
export function verifyProtocol(protocol: 3 | 4, policy: VerifyPolicy): EngineError | null {
  return protocol === 3 && !policy.allowEIO3
    ? new EngineError(ErrorCode.UNSUPPORTED_PROTOCOL_VERSION, { protocol })
    : null;
}

function verifyMember(facts: RequestFacts, session: SessionFacts | undefined): EngineError | null {
  const { sid, transport, protocol } = facts;
  if (session === undefined) return new EngineError(ErrorCode.UNKNOWN_SID, { sid });
  if (facts.isUpgrade ? !session.isUpgradable : session.transport !== transport) {
    return badRequest({ name: "TRANSPORT_MISMATCH", transport, previousTransport: session.transport });
  }
  if (session.protocol !== protocol) {
    return badRequest({ name: "PROTOCOL_MISMATCH", protocol, previousProtocol: session.protocol });
  }
  return facts.isUpgrade ? verifyUpgrade(facts) : null;
}

function verifyNewcomer(facts: RequestFacts): EngineError | null {
  if (facts.method !== "GET") return new EngineError(ErrorCode.BAD_HANDSHAKE_METHOD, { method: facts.method });
  if (facts.isUpgrade) return verifyUpgrade(facts);
  return facts.transport === "websocket" ? badRequest({ name: "TRANSPORT_HANDSHAKE_ERROR" }) : null;
}

function verifyUpgrade(facts: RequestFacts): EngineError | null {
  return facts.transport === "websocket" ? null : badRequest({ name: "TRANSPORT_HANDSHAKE_ERROR" });
}

function badRequest(context: Record<string, unknown>): EngineError {
  return new EngineError(ErrorCode.BAD_REQUEST, context);
}

/** RFC 9110 §5.5: a field value holds visible characters, space, tab and obs-text, nothing else. */
function hasForbiddenHeaderCharacter(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) return true;
  }
  return false;
}
