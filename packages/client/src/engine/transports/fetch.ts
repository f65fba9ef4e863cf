import { Polling } from "./polling.js";

/** HTTP long-polling over `fetch`: browsers, Node, Deno, Bun. */
export class Fetch extends Polling {
  private readonly controller = new AbortController();

  doPoll(): void {
    this.request("GET", undefined, "fetch read error", (text) => this.onData(text));
  }

  doWrite(data: string, callback: () => void): void {
    this.request("POST", data, "fetch write error", callback);
  }

  protected abort(): void {
    this.controller.abort();
  }

  private request(method: string, body: string | undefined, fault: string, done: (text: string) => void): void {
    this.exchange(method, body).then(
      // oxlint-disable-next-line promise/no-callback-in-promise -- the face of Polling
      ([response, text]) => (response.ok ? done(text) : this.onError(fault, response.status, response)),
      (error) => this.onError(fault, error),
    );
  }

  private async exchange(method: string, body: string | undefined): Promise<[Response, string]> {
    const { extraHeaders, requestTimeout, withCredentials } = this.opts;
    const headers = new Headers(extraHeaders);
    if (body !== undefined) headers.set("content-type", "text/plain;charset=UTF-8");
    const jar = this.socket?.cookieJar;
    jar?.appendCookies(headers);
    const { signal } = this.controller;
    const cut = new AbortController();
    const onAbort = (): void => cut.abort();
    signal.addEventListener("abort", onAbort);
    const timer = requestTimeout && this.setTimeoutFn(onAbort, requestTimeout);
    try {
      const response = await fetch(this.uri(), {
        method,
        headers,
        body: body ?? null,
        credentials: withCredentials ? "include" : "omit",
        // Custom headers would follow a redirect to another origin.
        redirect: extraHeaders ? "error" : "follow",
        signal: cut.signal,
      });
      jar?.parseCookies(response.headers.getSetCookie());
      return [response, await readText(response, this.opts.maxPayload ?? Infinity)];
    } finally {
      signal.removeEventListener("abort", onAbort);
      if (timer) this.clearTimeoutFn(timer);
    }
  }
}

/** @throws RangeError above `maxBytes` */
async function readText(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new RangeError(`response body exceeds ${maxBytes} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
