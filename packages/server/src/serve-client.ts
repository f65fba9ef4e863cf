import type { IncomingMessage, ServerResponse } from "node:http";
import { chooseEncoding, isTooLate, noteRequest } from "@halyard/engine";
import cors from "cors";
import { type BundleEncoding, loadBundle } from "./bundle-store.js";
import type { HttpServer } from "./http-server.js";

/** The browser bundles; each has a source map beside it. */
const BUNDLES = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];
const FILES: ReadonlySet<string> = new Set(BUNDLES.flatMap((name) => [name, `${name}.map`]));

const ENCODINGS: readonly BundleEncoding[] = ["br", "gzip", "deflate"];

/** The version of this package, quoted: a new release is a new bundle. Required, so that bundlers of servers find the file. */
const ETAG = `"${(require("../package.json") as { version: string }).version}"`;

/**
 * Tells which bundle a request is for.
 *
 * @param prefix path of the server, without a trailing slash
 * @returns name of the file; null when the request is for something else
 */
export function bundleOf(url: string, prefix: string): string | null {
  if (!url.startsWith(`${prefix}/`)) return null;
  const query = url.indexOf("?");
  const name = url.slice(prefix.length + 1, query === -1 ? undefined : query);
  return FILES.has(name) ? name : null;
}

/** Answers requests for bundles in front of the listeners a server has so far. */
export function serveBundlesOn(srv: HttpServer, prefix: string, corsOptions: unknown): void {
  const others = srv.listeners("request");
  const checkCors = corsOptions === undefined ? null : cors(corsOptions as cors.CorsOptions);
  srv.removeAllListeners("request");
  srv.on("request", (req: IncomingMessage, res: ServerResponse) => {
    const bundle = bundleOf(req.url ?? "", prefix);
    if (bundle === null) {
      for (const listener of others) Reflect.apply(listener, srv, [req, res]);
      return;
    }
    if (isTooLate(req)) return;
    noteRequest(srv, req, res);
    if (checkCors === null) serveBundle(bundle, req, res);
    else runCors(checkCors, req, res, () => serveBundle(bundle, req, res));
  });
}

/** An `origin` function that throws, of an origin it did not expect, has refused this request and no other. */
function runCors(
  checkCors: ReturnType<typeof cors>,
  req: IncomingMessage,
  res: ServerResponse,
  next: () => void,
): void {
  try {
    checkCors(req, res, next);
  } catch {
    if (!res.headersSent) res.writeHead(400).end();
  }
}

/** Whether the tag a client sent says that it has the bundles of this version. */
export function isKnownTag(tag: string | undefined): boolean {
  return tag === ETAG || tag === `W/${ETAG}`;
}

/** Headers every answer with a bundle has. */
export function bundleHeaders(name: string): readonly (readonly [name: string, value: string])[] {
  return [
    ["Cache-Control", "public, max-age=0"],
    ["Content-Type", `application/${name.endsWith(".map") ? "json" : "javascript"}; charset=utf-8`],
    ["ETag", ETAG],
  ];
}

/** Answers with a bundle: 304 if the client has it, else compressed as the client prefers. */
export function serveBundle(name: string, req: IncomingMessage, res: ServerResponse): void {
  if (isKnownTag(req.headers["if-none-match"])) {
    res.writeHead(304);
    res.end();
    return;
  }
  const encoding = chooseEncoding(req.headers["accept-encoding"]?.toString(), ENCODINGS);
  loadBundle(name, encoding).then(
    (content) => {
      if (res.destroyed || isTooLate(req)) return;
      for (const [header, value] of bundleHeaders(name)) res.setHeader(header, value);
      const varies = res.getHeader("Vary"); // by what CORS looks at
      res.setHeader("Vary", varies === undefined ? "Accept-Encoding" : `${String(varies)}, Accept-Encoding`);
      if (encoding !== null) res.setHeader("Content-Encoding", encoding);
      res.end(content);
    },
    () => {
      if (!res.destroyed && !isTooLate(req)) res.writeHead(404).end();
    },
  );
}
