import type { Line } from "./line.ts";

export interface Response {
  readonly status: number;
  /** Lower-case names; repeated fields joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request, every part of it as wanted. Header values may be wrong; an array repeats the field. */
export interface RequestParts {
  readonly method?: string;
  readonly version?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent with a Content-Length unless `headers` says otherwise. */
  readonly body?: string | Buffer;
  /** Leave out Host. */
  readonly withoutHost?: boolean;
}

/** The bytes of a request. */
export function request(target: string, parts: RequestParts = {}): Buffer {
  const { method = "GET", version = "1.1", headers = {}, body } = parts;
  const lines = [`${method} ${target} HTTP/${version}`];
  if (parts.withoutHost !== true) lines.push("Host: victim.example");
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value].flat()) lines.push(`${name}: ${one}`);
  }
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const payload = Buffer.isBuffer(body) ? body : Buffer.from(body ?? "");
  if (body !== undefined && !names.has("content-length") && !names.has("transfer-encoding")) {
    lines.push(`Content-Length: ${payload.length}`);
  }
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), payload]);
}

/** Reads one response, and leaves what follows on the line. */
export function response(line: Line, waitMs?: number): Promise<Response> {
  return line.until(() => parseResponse(line), "an HTTP response", waitMs);
}

function parseResponse(line: Line): Response | undefined {
  const { bytes } = line;
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const [start = "", ...fields] = bytes.subarray(0, headEnd).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(start)?.[1]);
  const headers: Record<string, string> = {};
  for (const field of fields) {
    const at = field.indexOf(":");
    const name = field.slice(0, at).toLowerCase();
    const value = field.slice(at + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const from = headEnd + 4;
  if (status < 200 || status === 204 || status === 304) {
    line.take(from);
    return { status, headers, body: "" };
  }
  if (headers["transfer-encoding"] === "chunked") return parseChunked(line, bytes, from, status, headers);
  const length = headers["content-length"] === undefined ? null : Number(headers["content-length"]);
  if (length === null && line.end === "open") return undefined; // the body ends with the line
  const to = length === null ? bytes.length : from + length;
  if (bytes.length < to) return undefined;
  line.take(to);
  return { status, headers, body: bytes.subarray(from, to).toString("utf8") };
}

function parseChunked(
  line: Line,
  bytes: Buffer,
  from: number,
  status: number,
  headers: Record<string, string>,
): Response | undefined {
  const parts: Buffer[] = [];
  for (let at = from; ;) {
    const sizeEnd = bytes.indexOf("\r\n", at);
    if (sizeEnd === -1) return undefined;
    const size = Number.parseInt(bytes.subarray(at, sizeEnd).toString("latin1"), 16);
    if (bytes.length < sizeEnd + 2 + size + 2) return undefined;
    parts.push(bytes.subarray(sizeEnd + 2, sizeEnd + 2 + size));
    at = sizeEnd + 2 + size + 2;
    if (size === 0) {
      line.take(at);
      return { status, headers, body: Buffer.concat(parts).toString("utf8") };
    }
  }
}
