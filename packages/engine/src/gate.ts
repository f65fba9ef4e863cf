import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Admission } from "./admission.js";
import { askPermission } from "./allow-request.js";
import { type OriginPolicy, originPolicy } from "./core/origin-policy.js";
import { verifyProtocol, verifyRequest } from "./core/verify.js";
import { EngineError, ErrorCode } from "./errors.js";
import { logger } from "./log.js";
import { type Middleware, runMiddlewares } from "./middleware.js";
import type { ResolvedOptions } from "./options.js";
import { protocolOf } from "./query.js";
import type { EngineRequest } from "./request.js";
import { obtainId } from "./session-id.js";
import type { SessionTable } from "./session-table.js";
import type { Scheduler } from "./ticker.js";

const debug = logger("engine");

/** What a gate asks of its server. */
export interface GateHost {
  readonly opts: ResolvedOptions;
  readonly ticker: Scheduler;
  generateId(request: IncomingMessage): string | PromiseLike<string>;
}

/** Decides which requests come in: the rules of the protocol, the middlewares, `allowRequest`, and an id for a newcomer. */
export class Gate {
  readonly middlewares: Middleware[] = [];
  /** `null`: upgrades of every origin are accepted. */
  private readonly origins: OriginPolicy | null;
  private isShut = false;

  constructor(
    private readonly host: GateHost,
    private readonly sessions: SessionTable,
  ) {
    const { cors, verifyOrigin } = host.opts;
    this.origins = verifyOrigin === true ? originPolicy(typeof cors === "object" ? cors.origin : undefined) : null;
  }

  /**
   * Applies the rules to a request; middlewares and `allowRequest` included.
   *
   * @param response `null`: there are no middlewares
   * @param line emits `close` with the end of the request
   * @param done called at most once
   */
  admit(
    request: EngineRequest,
    response: ServerResponse | null,
    line: EventEmitter,
    isUpgrade: boolean,
    done: (error: EngineError | null) => void,
  ): void {
    const { allowRequest, admissionTimeout } = this.host.opts;
    const hasMiddlewares = this.middlewares.length > 0 && response !== null;
    if (!hasMiddlewares && (!allowRequest || request._query["sid"])) {
      done(this.verify(request, isUpgrade));
      return;
    }
    const admission = new Admission(this.host.ticker, response, done);
    if (hasMiddlewares) {
      runMiddlewares(this.middlewares, request, response, (failure) => {
        if (failure) {
          debug("middleware failed: %o", failure);
          admission.settle(new EngineError(ErrorCode.BAD_REQUEST, { name: "MIDDLEWARE_FAILURE" }));
        } else {
          this.judge(request, isUpgrade, admission);
        }
      });
    } else {
      this.judge(request, isUpgrade, admission);
    }
    admission.limit(admissionTimeout, line);
  }

  /** Admits no new sessions from now on. */
  shut(): void {
    this.isShut = true;
  }

  /** Finds an id for a new session. `found` is called once, at once when `generateId` is synchronous. */
  assignId(request: EngineRequest, found: (error: EngineError | null, id: string) => void): void {
    const { opts, ticker } = this.host;
    const refusal = this.isShut
      ? new EngineError(ErrorCode.BAD_REQUEST, { name: "SHUTTING_DOWN" }, 503) // so that a proxy may ask another server
      : verifyProtocol(protocolOf(request._query), opts);
    if (refusal !== null) {
      found(refusal, "");
      return;
    }
    let assigned = "";
    const admission = new Admission(ticker, null, (error) => found(error, assigned));
    obtainId(
      () => this.host.generateId(request),
      (id) => {
        assigned = id;
        admission.settle(null);
      },
      (cause) => {
        debug("error while generating an id: %o", cause);
        admission.settle(new EngineError(ErrorCode.BAD_REQUEST, { name: "ID_GENERATION_ERROR", error: cause }));
      },
    );
    admission.limit(opts.admissionTimeout, null);
  }

  private judge(request: EngineRequest, isUpgrade: boolean, admission: Admission): void {
    if (!admission.isPending) {
      return; // a middleware that was too late
    }
    const { allowRequest } = this.host.opts;
    const error = this.verify(request, isUpgrade);
    if (error !== null || !allowRequest || request._query["sid"]) {
      admission.settle(error);
    } else {
      askPermission(allowRequest, request, (refusal) => admission.settle(refusal));
    }
  }

  /** The rules that need nobody else's opinion. */
  private verify(request: EngineRequest, isUpgrade: boolean): EngineError | null {
    const query = request._query;
    const sid = query["sid"];
    const { origin } = request.headers;
    const session = sid ? this.sessions.get(sid) : undefined;
    const error = verifyRequest(
      {
        method: request.method ?? "",
        transport: query["transport"],
        sid,
        protocol: protocolOf(query),
        origin,
        isUpgrade,
      },
      session && { transport: session.transport.name, protocol: session.protocol, isUpgradable: session.isUpgradable },
      this.host.opts,
    );
    if (error === null && isUpgrade && this.origins?.(origin) === false) {
      return new EngineError(ErrorCode.FORBIDDEN, { name: "ORIGIN_NOT_ALLOWED", origin });
    }
    return error;
  }
}
