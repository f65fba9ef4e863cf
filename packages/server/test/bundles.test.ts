import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import type { ServerOptions } from "../src/options.js";
import { Server } from "../src/server.js";

let close = async (): Promise<void> => {};
afterEach(() => close());

async function serve(options: Partial<ServerOptions>): Promise<number> {
  const http = createServer();
  const io = new Server(http, options);
  close = () => io.close();
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return (http.address() as AddressInfo).port;
}

interface Answer {
  readonly status: number;
  readonly vary: string | undefined;
  readonly body: Buffer;
}

async function get(port: number, headers: Record<string, string>): Promise<Answer> {
  const message = request({ host: "127.0.0.1", port, path: "/socket.io/socket.io.js", headers, agent: false }).end();
  const [response] = await once(message, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, vary: response.headers.vary, body: Buffer.concat(chunks) };
}

it.each([
  ["br", brotliDecompressSync],
  ["gzip", gunzipSync],
  ["deflate", inflateSync],
])("a bundle in %s is the bundle, each time it is asked for", async (encoding, decode) => {
  const port = await serve({});
  const plain = await get(port, {});
  expect(plain.body.length).toBeGreaterThan(10_000);
  for (let i = 0; i < 2; i++) {
    const { status, body } = await get(port, { "accept-encoding": encoding });
    expect([status, decode(body).equals(plain.body)]).toEqual([200, true]);
  }
});

it("a bundle is another one for caches by coding, and by what CORS looks at", async () => {
  expect(await get(await serve({}), {})).toMatchObject({ status: 200, vary: "Accept-Encoding" });
  const port = await serve({ cors: { origin: ["https://a.example"] } });
  expect(await get(port, { origin: "https://a.example" })).toMatchObject({
    status: 200,
    vary: "Origin, Accept-Encoding",
  });
});

it("many requests for a bundle in one segment do the work of one", async () => {
  const port = await serve({});
  const line = connect(port, "127.0.0.1");
  line.write("GET /socket.io/socket.io.js.map HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br\r\n\r\n".repeat(300));
  await once(line, "readable");
  const work = process.getActiveResourcesInfo().filter((name) => /^(?:FS|Zlib)/i.test(name));
  line.destroy();
  expect(work).toEqual([]);
});

it("an `origin` function that throws refuses the request for a bundle", async () => {
  const port = await serve({ cors: { origin: (origin, done) => done(null, (origin as string).endsWith(".example")) } });
  expect((await get(port, {})).status).toBe(400);
  expect((await get(port, { origin: "https://a.example" })).status).toBe(200);
});
