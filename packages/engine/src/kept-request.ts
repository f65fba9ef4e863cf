import { IncomingMessage } from "node:http";
import { Socket as TcpSocket } from "node:net";
import { SharedStrings } from "./core/shared-strings.js";
import type { EngineRequest } from "./request.js";
import { parseQuery } from "./query.js";

let knownKeys: ReadonlySet<string> | undefined;

/**
 * What every request has; whatever else stands on one was put there by the application. Not made while the module loads: the
 * first stream of a process takes 5 ms.
 */
function ownKeys(): ReadonlySet<string> {
  knownKeys ??= new Set([
    ...Object.keys(new IncomingMessage(null as unknown as TcpSocket)),
    "_eventsCount",
    "parser",
    "_query",
    "res",
  ]);
  return knownKeys;
}

/** Names of header fields, in the order in which a kind of client sends them. */
const fieldNames: SharedStrings = new SharedStrings(256, 1024);

/**
 * The first request of a session, which programs may ask for at any time and most never do. Once packed it is a string of
 * a few hundred bytes in place of some twenty objects; it is made again when asked for, and then stays.
 */
export class KeptRequest {
  private request: EngineRequest | null | undefined;
  private socket: TcpSocket | null = null;
  /** Once packed: the names of its header fields, and the request line and their values; never empty. */
  private names = "";
  private values = "";
  private wasAskedFor = false;

  constructor(request: EngineRequest) {
    this.request = request;
  }

  get(): EngineRequest | null | undefined {
    this.wasAskedFor = true;
    if (this.values !== "") {
      this.request = unpack(this.names, this.values, this.socket as TcpSocket);
      this.values = "";
    }
    return this.request;
  }

  /** The application has a request of its own for this session, or wants none kept. */
  replace(request: EngineRequest | null | undefined): void {
    this.wasAskedFor = true;
    this.request = request;
    this.names = this.values = "";
    this.socket = null;
  }

  /**
   * Packs the request, unless somebody has seen it or written on it.
   *
   * @param connection the one that carries the session now, if it is not that of the request: a TCP socket of
   *   long-polling is closed seconds after an upgrade, and would be kept for its address alone
   */
  pack(connection?: unknown): void {
    const { request } = this;
    if (!request || this.wasAskedFor || isInUse(request)) return;
    const { method, url, httpVersion, rawHeaders } = request;
    // No part of a head holds a line end (RFC 9112 §5).
    this.names = fieldNames.share(everyOther(rawHeaders, 0).join("\n"));
    this.values = [method, url, httpVersion, ...everyOther(rawHeaders, 1)].join("\n");
    this.socket = connection instanceof TcpSocket ? connection : request.socket;
    this.request = null;
  }
}

function isInUse(request: EngineRequest): boolean {
  if (!(request instanceof IncomingMessage)) return true;
  // Node itself listens to the end of requests that may have a body; it is over by now.
  const isHeard = request.eventNames().some((event) => event !== "end" || !request.complete);
  const known = ownKeys();
  return isHeard || !Object.keys(request).every((key) => known.has(key));
}

function everyOther(strings: readonly string[], first: number): string[] {
  const chosen: string[] = [];
  for (let index = first; index < strings.length; index += 2) chosen.push(strings[index]!);
  return chosen;
}

function unpack(names: string, values: string, socket: TcpSocket): EngineRequest {
  const [method = "GET", url = "", httpVersion = "1.1", ...fields] = values.split("\n");
  const rawHeaders = fields.length === 0 ? [] : names.split("\n").flatMap((name, index) => [name, fields[index] ?? ""]);
  const request = new IncomingMessage(socket);
  const [major, minor] = httpVersion.split(".").map(Number);
  return Object.assign(request, {
    method,
    url,
    httpVersion,
    httpVersionMajor: major ?? 1,
    httpVersionMinor: minor ?? 1,
    complete: true,
    rawHeaders,
    headers: headersOf(rawHeaders),
    _query: parseQuery(url),
  });
}

/** Fields of which Node keeps the first; others are joined (`message.headers` in the documentation of `node:http`). */
const SINGLE: ReadonlySet<string> = new Set(
  (
    "age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since " +
    "last-modified location max-forwards proxy-authorization referer retry-after server user-agent"
  ).split(" "),
);

function headersOf(rawHeaders: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? "";
    const value = rawHeaders[i + 1] ?? "";
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (name === "set-cookie") {
      headers[name] = Array.isArray(before) ? [...before, value] : [value];
    } else if (before === undefined) {
      headers[name] = value;
    } else if (!SINGLE.has(name)) {
      headers[name] = `${String(before)}${name === "cookie" ? "; " : ", "}${value}`;
    }
  }
  return headers;
}
