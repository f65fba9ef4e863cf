import type { ServerResponse } from "node:http";
import { validHeaders } from "./http-errors.js";
import type { Headers } from "./http-exchange.js";

/** Writes the head of a reply; without the fields that are none, when a listener has copied what a peer sent. */
export function writeReplyHead(response: ServerResponse, status: number, headers: Headers): void {
  try {
    writeHead(response, status, headers);
  } catch {
    writeHead(response, status, validHeaders(headers));
  }
}

/** Keeps the cookies of all sources: the option `cookie`, listeners, middlewares. */
function writeHead(response: ServerResponse, status: number, headers: Headers): void {
  if (headers["Set-Cookie"] === undefined && headers["set-cookie"] === undefined) {
    response.writeHead(status, headers);
    return;
  }
  const cookies: string[] = [];
  for (const [name, value] of Object.entries(headers) as [string, string | string[] | undefined][]) {
    if (name.toLowerCase() === "set-cookie") {
      cookies.push(...[value ?? []].flat());
    } else if (value !== undefined) {
      response.setHeader(name, value);
    }
  }
  if (cookies.length > 0) {
    // Not by `appendHeader`, which a response of HTTP/2 does not have in Node below 20.12.
    const earlier = [response.getHeader("Set-Cookie") ?? []].flat().map(String);
    response.setHeader("Set-Cookie", [...earlier, ...cookies]);
  }
  response.writeHead(status);
}
