import { ByteCollector } from "@halyard/websocket/core";
import http from "node:http";
import https from "node:https";
import type { SocketOptions } from "../options.js";
import { IDENTITY, pickConnectionOptions } from "./connection-options.js";
import type { CookieJar } from "./cookie-jar.js";

/** Largest body accepted, in bytes, unless `maxPayload` says otherwise. */
const MAX_BODY_BYTES = 100 * 1024 * 1024;
const MAX_REDIRECTS = 5;
/** There has to be one: gateways refuse requests without. It is what servers know from this kind of client. */
const USER_AGENT = "node-XMLHttpRequest";

/** What a request says; one that follows a redirect may say less. */
interface OutgoingRequest {
  readonly url: URL;
  readonly headers: Record<string, string>;
  /** See {@link pickConnectionOptions}. */
  readonly connection: Record<string, unknown>;
  readonly body: string | undefined;
}

/** One HTTP exchange with the face of an `XMLHttpRequest`, as far as polling uses it. */
export class NodeHttpRequest {
  readyState = 0;
  /** 0 until the head has arrived, and when there is none. */
  status = 0;
  /** Of the response; the error, where there is none. */
  statusText: string | Error = "";
  responseText = "";
  /** Milliseconds for the whole exchange, 0 for no limit. */
  timeout = 0;
  withCredentials = false;
  onreadystatechange: (() => void) | null = null;
  /** Why `status` is 0. */
  error: Error | null = null;

  private method = "GET";
  private url: URL | null = null;
  private headers: Record<string, string> = {};
  private responseHeaders: http.IncomingHttpHeaders = {};
  private request: http.ClientRequest | null = null;
  private timer: NodeJS.Timeout | undefined;
  private redirects = 0;
  /** Whether a redirect has led to another origin. */
  private isForeign = false;

  constructor(
    private readonly options: Omit<SocketOptions, "query">,
    private readonly jar: CookieJar | undefined,
  ) {}

  /** @throws TypeError when `uri` is not a URL */
  open(method: string, uri: string): void {
    this.method = method;
    this.url = new URL(uri);
    this.readyState = 1;
  }

  /** What HTTP does not allow is refused by {@link send}: a program must not connect without a header it has set. */
  setRequestHeader(name: string, value: string): void {
    this.headers[name.toLowerCase()] = value;
  }

  getResponseHeader(name: string): string | null {
    const value = this.responseHeaders[name.toLowerCase()];
    return value === undefined ? null : String(value);
  }

  getAllResponseHeaders(): string {
    return Object.entries(this.responseHeaders)
      .map(([name, value]) => `${name}: ${String(value)}`)
      .join("\r\n");
  }

  /** @throws TypeError when HTTP does not allow the name or the value of a header */
  send(body?: string): void {
    const pairs = [...(this.headers["cookie"] ? [this.headers["cookie"]] : []), ...(this.jar?.pairs() ?? [])];
    if (pairs.length) this.headers["cookie"] = pairs.join("; ");
    if (this.timeout > 0) {
      this.timer = setTimeout(
        () => this.fail(new Error(`no complete response within ${this.timeout} ms`)),
        this.timeout,
      );
      if (this.options.autoUnref) this.timer.unref();
    }
    this.start({ url: this.url as URL, headers: this.headers, connection: pickConnectionOptions(this.options), body });
  }

  abort(): void {
    this.onreadystatechange = null;
    this.fail(new Error("request aborted"));
  }

  private start(outgoing: OutgoingRequest): void {
    const { url, headers, connection, body } = outgoing;
    const bytes = body === undefined ? null : Buffer.from(body);
    const request = (url.protocol === "https:" ? https : http).request(url, {
      ...connection,
      method: this.method,
      headers: {
        accept: "*/*",
        "user-agent": USER_AGENT,
        ...headers,
        ...(bytes && { "content-length": bytes.length }),
      },
    });
    this.request = request;
    // A tick later: with a mocked clock, a program decides when that is.
    request.on("error", (error) => process.nextTick(() => this.settle(request, error)));
    request.on("upgrade", (_response, socket) => {
      socket.destroy();
      this.settle(request, new Error("server switched protocols"));
    });
    if (this.options.autoUnref) request.once("socket", (socket) => socket.unref());
    request.on("response", (response) => {
      if (!this.redirect(request, response, outgoing)) this.receive(request, response);
    });
    request.end(bytes ?? undefined);
  }

  private receive(request: http.ClientRequest, response: http.IncomingMessage): void {
    if (request !== this.request) return void response.destroy();
    this.status = response.statusCode ?? 0;
    this.statusText = response.statusMessage ?? "";
    this.responseHeaders = response.headers;
    if (!this.isForeign) this.jar?.parseCookies(response.headers["set-cookie"]);
    const limit = this.options.maxPayload ?? MAX_BODY_BYTES;
    const bytes = new ByteCollector();
    response.on("data", (chunk: Buffer) => {
      bytes.append(chunk);
      if (bytes.length > limit) this.fail(new RangeError(`response body exceeds ${limit} bytes`));
    });
    response.on("error", (error) => this.settle(request, error));
    response.on("end", () => {
      if (request !== this.request) return;
      this.responseText = bytes.take().toString();
      this.settle(request, null);
    });
    response.on("close", () => this.settle(request, new Error("response ended half-way")));
  }

  /**
   * Follows a redirect with the same method and body. To another origin nothing goes along that tells who we are: no
   * header, cookie or client certificate; and never from https to http.
   *
   * @returns whether there is a new exchange
   */
  private redirect(
    request: http.ClientRequest,
    response: http.IncomingMessage,
    { url: from, headers, connection, body }: OutgoingRequest,
  ): boolean {
    const { statusCode = 0, headers: answer } = response;
    const isRedirect =
      statusCode === 307 || statusCode === 308 || (body === undefined && /^30[123]$/.test(String(statusCode)));
    const target = isRedirect && answer.location !== undefined && URL.canParse(answer.location, from.href);
    if (!target || request !== this.request || this.redirects >= MAX_REDIRECTS) return false;
    const to = new URL(answer.location as string, from.href);
    if (!/^https?:$/.test(to.protocol) || (from.protocol === "https:" && to.protocol === "http:")) return false;
    this.redirects++;
    response.destroy();
    this.isForeign ||= to.origin !== from.origin;
    const { isForeign } = this;
    const plain = body === undefined ? {} : { "content-type": "text/plain;charset=UTF-8" };
    const rest = Object.entries(connection).filter(([name]) => !IDENTITY.includes(name));
    this.start({
      url: to,
      headers: isForeign ? plain : headers,
      connection: isForeign ? Object.fromEntries(rest) : connection,
      body,
    });
    return true;
  }

  /** Ends the exchange from our side. */
  private fail(error: Error): void {
    const { request } = this;
    if (request) this.settle(request, error);
    request?.destroy();
  }

  /** The first end of the current exchange counts. */
  private settle(request: http.ClientRequest, error: Error | null): void {
    if (request !== this.request) return;
    this.request = null;
    clearTimeout(this.timer);
    if (error) {
      this.error = error;
      this.status = 0;
      // Where programs look for it, and for its `code`.
      this.responseText = String(error);
      this.statusText = error;
    }
    this.readyState = 4;
    this.onreadystatechange?.();
  }
}
