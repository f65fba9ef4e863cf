import { loadBundle } from "./bundle-store.js";
import { bundleHeaders, bundleOf, isKnownTag } from "./serve-client.js";

/** What is asked of an application of uWebSockets.js. */
export interface UwsApp {
  get(pattern: string, handler: (res: UwsResponse, req: UwsRequest) => void): unknown;
}

/** A request of uWebSockets.js; valid during the handler only. */
export interface UwsRequest {
  getUrl(): string;
  getHeader(name: string): string;
  /** Hands the request to the next route. */
  setYield(yields: boolean): unknown;
}

/** A response of uWebSockets.js. */
export interface UwsResponse {
  writeStatus(status: string): unknown;
  writeHeader(name: string, value: string): unknown;
  end(body?: Uint8Array): unknown;
  cork(callback: () => void): unknown;
  onAborted(callback: () => void): unknown;
}

/** Answers requests for the browser bundles on an application of uWebSockets.js. */
export function serveBundlesOnApp(app: UwsApp, prefix: string): void {
  app.get(`${prefix}/*`, (res, req) => {
    const name = bundleOf(req.getUrl(), prefix);
    if (name === null) {
      req.setYield(true);
      return;
    }
    if (isKnownTag(req.getHeader("if-none-match"))) {
      res.writeStatus("304 Not Modified");
      res.end();
      return;
    }
    let isAborted = false;
    res.onAborted(() => {
      isAborted = true;
    });
    const reply = (status: string, content: Uint8Array): void => {
      if (isAborted) return;
      res.cork(() => {
        res.writeStatus(status);
        for (const [header, value] of bundleHeaders(name)) res.writeHeader(header, value);
        res.end(content);
      });
    };
    loadBundle(name, null).then(
      (content) => reply("200 OK", content),
      () => reply("404 Not Found", new Uint8Array()),
    );
  });
}
