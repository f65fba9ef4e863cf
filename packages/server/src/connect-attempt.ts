import { type ConnectEvent, type ConnectState, nextConnect, RECEIVED } from "./core/connect.js";
import { readRecoveryRequest, type RecoveryRequest } from "./core/recovery.js";
import type { Auth } from "./handshake.js";

/** A socket that is not connected yet. */
export interface Candidate {
  /** Undoes what was done for it; a restored session is put back unless it was refused. */
  abandonJoining(isRefused: boolean): void;
}

/** What an attempt asks of the namespace it is for. `Session` is opaque here. */
export interface AttemptNamespace {
  /** Whether sessions are kept, and middlewares run again for restored ones. */
  readonly recovery: { readonly skipMiddlewares: boolean } | null;
  restore(request: RecoveryRequest): Promise<unknown>;
  createSocket(attempt: ConnectAttempt, session: unknown): Candidate;
  /** Runs the middlewares registered at this moment; `done` may be called at once. */
  runMiddlewares(socket: Candidate, done: (error: Error | null) => void): void;
  accept(socket: Candidate): void;
  /** An attempt is under way: the namespace has to stay. */
  onAttemptStarted(): void;
  /** An attempt has ended, after {@link accept} if it was accepted. */
  onAttemptEnded(): void;
}

/** What an attempt asks of its connection. */
export interface AttemptClient {
  /** False from the moment somebody closes the connection. */
  readonly isOpen: boolean;
  /** The attempt is over, whatever its end. */
  onAttemptEnded(attempt: ConnectAttempt): void;
  refuse(attempt: ConnectAttempt, error: Error & { data?: unknown }): void;
}

/** Carries out one CONNECT packet: the shell of core/connect.ts. */
export class ConnectAttempt {
  readonly client: AttemptClient;
  /** Namespace asked for. */
  readonly name: string;
  private passedAuth: Auth | null;
  private state: ConnectState = RECEIVED;
  private nsp: AttemptNamespace | null = null;
  private socket: Candidate | null = null;
  private session: unknown = null;
  private error: Error | null = null;

  /** @param auth null when the client passed none, as most do */
  constructor(client: AttemptClient, name: string, auth: Auth | null) {
    this.client = client;
    this.name = name;
    this.passedAuth = auth;
  }

  /** What the client passed, or nothing: an object for whoever asks, who may write on it. */
  get auth(): Auth {
    return (this.passedAuth ??= {});
  }

  /** null when the client passed none and nobody has asked for it. */
  get givenAuth(): Auth | null {
    return this.passedAuth;
  }

  /** The lookup of the namespace is done. */
  onNamespace(nsp: AttemptNamespace | null): void {
    this.nsp = nsp;
    if (nsp === null) {
      this.step({ type: "not-found" });
      return;
    }
    nsp.onAttemptStarted();
    const asksRecovery = nsp.recovery !== null && readRecoveryRequest(this.auth) !== null;
    this.step({ type: "found", asksRecovery });
  }

  /** The connection ended. */
  onEngineClosed(): void {
    this.step({ type: "engine-closed" });
  }

  private step(event: ConnectEvent): void {
    const { state, action } = nextConnect(this.state, event);
    this.state = state;
    const nsp = this.nsp as AttemptNamespace; // unused before it is known
    switch (action) {
      case "none":
        return;
      case "restore":
        this.restore(nsp);
        return;
      case "run-middlewares":
        this.socket = nsp.createSocket(this, this.session);
        nsp.runMiddlewares(this.socket, (error) => this.onMiddlewaresDone(error));
        return;
      case "accept":
        this.socket ??= nsp.createSocket(this, this.session);
        this.client.onAttemptEnded(this);
        try {
          nsp.accept(this.socket);
        } finally {
          nsp.onAttemptEnded(); // also when a listener of `connection` throws
        }
        return;
      case "refuse":
        this.client.onAttemptEnded(this);
        try {
          this.client.refuse(this, this.error ?? new Error("Invalid namespace"));
        } finally {
          this.leave(true); // also when the `data` of the error is nothing JSON takes
        }
        return;
      case "release":
        this.leave(false);
        return;
      case "put-back":
        nsp.createSocket(this, this.session).abandonJoining(false);
        return;
      default:
        action satisfies never;
    }
  }

  private leave(isRefused: boolean): void {
    this.socket?.abandonJoining(isRefused);
    this.nsp?.onAttemptEnded();
  }

  private restore(nsp: AttemptNamespace): void {
    const request = readRecoveryRequest(this.auth) as RecoveryRequest;
    const skipMiddlewares = nsp.recovery?.skipMiddlewares === true;
    nsp.restore(request).then(
      (session) => {
        this.session = session;
        this.step({ type: "restored", recovered: session !== null, skipMiddlewares });
      },
      // A store that fails costs the session, not the connection.
      () => this.step({ type: "restored", recovered: false, skipMiddlewares }),
    );
  }

  private onMiddlewaresDone(error: Error | null): void {
    if (!this.client.isOpen) return; // somebody has closed it: its end, which may be to come, releases the socket
    if (error !== null) {
      this.error = error;
      this.step({ type: "failed" });
      return;
    }
    this.step({ type: "passed" });
  }
}
