import { XHR as BrowserXHR, type XhrLike } from "./xhr.js";
import { NodeHttpRequest } from "../node/http-request.js";

/** HTTP long-polling over `node:http` and `node:https`. */
export class XHR extends BrowserXHR {
  protected override createXhr(): XhrLike {
    return new NodeHttpRequest(this.opts, this.socket?.cookieJar);
  }
}
