import { readFileSync } from "node:fs";

const PUBLIC = new URL("../public/", import.meta.url);
const FILES = new Map([
  ["/", ["index.html", "text/html; charset=utf-8"]],
  ["/chat.css", ["chat.css", "text/css; charset=utf-8"]],
  ["/chat.js", ["chat.js", "text/javascript; charset=utf-8"]],
  ["/view.js", ["view.js", "text/javascript; charset=utf-8"]],
  ["/favicon.svg", ["favicon.svg", "image/svg+xml"]],
]);
const HEADERS = {
  "Cache-Control": "no-cache",
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/** Serves the five files of the page; anything else is a 404. */
export function serveStaticFiles(request, response) {
  const path = request.url?.split("?", 1)[0] ?? "";
  const file = FILES.get(path);
  if (file === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
    response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" }).end("not found\n");
    return;
  }
  const [name, type] = file;
  const body = readFileSync(new URL(name, PUBLIC));
  response.writeHead(200, { ...HEADERS, "Content-Type": type, "Content-Length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}
