import { Polling } from "./polling.js";

/** The part of `XMLHttpRequest` that is used: programs for Node compile without the types of the DOM. */
export interface XhrLike {
  readonly readyState: number;
  readonly status: number;
  readonly responseText: string;
  timeout: number;
  withCredentials: boolean;
  // oxlint-disable-next-line typescript/no-explicit-any -- each platform has its own event classes
  onreadystatechange: ((event: any) => void) | null;
  open(method: string, uri: string, isAsync: boolean): void;
  setRequestHeader(name: string, value: string): void;
  send(body?: string): void;
  abort(): void;
}

/** HTTP long-polling over `XMLHttpRequest`: browsers, workers, React Native. */
export class XHR extends Polling {
  private readonly inFlight = new Set<XhrLike>();

  doPoll(): void {
    this.request("GET", undefined, "xhr poll error", (xhr) => this.onData(xhr.responseText ?? "")); // stand-ins have null
  }

  doWrite(data: string, callback: () => void): void {
    this.request("POST", data, "xhr post error", callback);
  }

  /** @internal */
  protected createXhr(): XhrLike {
    return new XMLHttpRequest();
  }

  protected abort(): void {
    for (const xhr of this.inFlight) {
      xhr.onreadystatechange = null;
      xhr.abort();
    }
    this.inFlight.clear();
  }

  private request(method: string, body: string | undefined, fault: string, done: (xhr: XhrLike) => void): void {
    const { extraHeaders, requestTimeout, withCredentials } = this.opts;
    let context: XhrLike | undefined;
    const fail = (description: unknown): void => {
      if (context) this.inFlight.delete(context);
      // Later, so that an exception below is seen only after the session listens.
      this.setTimeoutFn(() => this.onError(fault, description, context), 0);
    };
    try {
      const xhr = (context = this.createXhr()); // service workers have none
      this.inFlight.add(xhr);
      xhr.open(method, this.uri(), true);
      try {
        for (const name in extraHeaders) xhr.setRequestHeader(name, extraHeaders[name] as string);
      } catch {
        // Quirk: browsers make the request without what they do not take (characters above Latin-1).
      }
      if (body !== undefined) xhr.setRequestHeader("Content-type", "text/plain;charset=UTF-8");
      xhr.withCredentials = !!withCredentials;
      if (requestTimeout) xhr.timeout = requestTimeout;
      xhr.onreadystatechange = () => {
        if (xhr.readyState !== 4) return;
        if (xhr.status !== 200) return fail(xhr.status);
        this.inFlight.delete(xhr);
        done(xhr);
      };
      xhr.send(body);
    } catch (error) {
      fail(error);
    }
  }
}
