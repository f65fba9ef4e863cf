import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

/** A registry with our packages only: npm asks it for the scope @halyard, and the public one for the rest. */
export async function startRegistry(packages) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    const found = packages.find(({ name }) => path === `/${name}` || path === `/${name}/-/package.tgz`);
    if (found === undefined) {
      response.writeHead(404).end("{}");
    } else if (path.endsWith(".tgz")) {
      response.end(readFileSync(found.tarball));
    } else {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(describePackage(found, `http://${request.headers.host}`)));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

function describePackage({ name, version, manifest, tarball }, origin) {
  const integrity = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  const dist = { tarball: `${origin}/${name}/-/package.tgz`, integrity };
  // Old enough for package managers that do not trust what is new.
  const time = { [version]: "2026-01-01T00:00:00.000Z" };
  return { name, "dist-tags": { latest: version }, time, versions: { [version]: { ...manifest, dist } } };
}
