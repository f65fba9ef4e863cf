import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { get } from "node:http";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { describeSurface, type Kit } from "./kit.js";

const NAMES = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];
const FILES = NAMES.flatMap((name) => [name, `${name}.map`]);
const DECODERS: Record<string, (body: Buffer) => Buffer> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  deflate: inflateSync,
};
const SHOWN = ["cache-control", "content-type", "content-encoding", "access-control-allow-origin", "vary"];

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly hasVersionTag: boolean;
  /** Whether the body, decoded, is a bundle; its text when it is none. */
  readonly body: string;
}

/** Only ours says that a bundle varies by coding: see docs/compatibility.md. */
function withoutCoding(vary: string | undefined): string | undefined {
  const others = vary?.split(", ").filter((name) => name !== "Accept-Encoding") ?? [];
  return others.length === 0 ? undefined : others.join(", ");
}

async function ask(port: number, path: string, headers: Record<string, string> = {}): Promise<[Answer, string]> {
  const request = get({ host: "127.0.0.1", port, path, headers, agent: false });
  const [response] = await once(request, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  const decode = DECODERS[response.headers["content-encoding"] as string] ?? ((body: Buffer) => body);
  const text = decode(raw).toString();
  const etag = String(response.headers["etag"]);
  const shown = Object.fromEntries(SHOWN.map((name) => [name, response.headers[name]]));
  shown["vary"] = withoutCoding(response.headers.vary);
  const answer = {
    status: response.statusCode,
    headers: shown,
    hasVersionTag: /^"\d+\.\d+\.\d+[^"]*"$/.test(etag),
    body: text.length > 10_000 ? "bundle" : text,
  };
  return [answer, etag];
}

async function withPort(kit: Kit, options: object, run: (port: number) => Promise<unknown>): Promise<unknown> {
  const io = kit.server(0, options);
  await once(io.httpServer, "listening");
  try {
    return await run((io.httpServer.address() as AddressInfo).port);
  } finally {
    await io.close();
  }
}

describeSurface("client files (12)", [
  ...FILES.map(
    (name) =>
      [
        name,
        (kit: Kit) =>
          withPort(kit, {}, async (port) => {
            const answers: unknown[] = [];
            for (const encoding of ["", "gzip", "br", "deflate", "identity"]) {
              const [answer] = await ask(
                port,
                `/socket.io/${name}`,
                encoding === "" ? {} : { "accept-encoding": encoding },
              );
              answers.push([encoding, answer]);
            }
            return answers;
          }),
      ] as const,
  ),
  [
    "304 for the tag, strong or weak, and 200 for another",
    (kit) =>
      withPort(kit, {}, async (port) => {
        const path = "/socket.io/socket.io.js";
        const [, etag] = await ask(port, path);
        const answers: unknown[] = [];
        for (const tag of [etag, `W/${etag}`, '"0.0.1"', "*"]) {
          const [{ status, body }] = await ask(port, path, { "if-none-match": tag });
          answers.push([status, body]);
        }
        return answers;
      }),
  ],
  [
    "with a query, below another path, and names that are none",
    (kit) =>
      withPort(kit, { path: "/other/" }, async (port) => {
        const answers: unknown[] = [];
        for (const path of [
          "/other/socket.io.js?v=1",
          "/socket.io/socket.io.js",
          "/other/package.json",
          "/other/socket.io.esm.js",
        ]) {
          answers.push((await ask(port, path))[0]);
        }
        return answers;
      }),
  ],
  [
    "with CORS",
    (kit) =>
      withPort(kit, { cors: { origin: "http://a" } }, async (port) => (await ask(port, "/socket.io/socket.io.js"))[0]),
  ],
  [
    "none with serveClient: false",
    (kit) => withPort(kit, { serveClient: false }, async (port) => (await ask(port, "/socket.io/socket.io.js"))[0]),
  ],
]);
