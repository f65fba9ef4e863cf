import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, it } from "vitest";
import { NodeXHR, Socket } from "../index.js";

it("says why nobody answered where programs look for it: the text, and the error with its code", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  const socket = new Socket(`http://127.0.0.1:${port}`, { transports: [NodeXHR] });
  const error = await new Promise<{ context?: unknown }>((resolve) => socket.on("error", resolve as never));
  expect(error.context).toMatchObject({
    status: 0,
    statusText: { code: "ECONNREFUSED" },
    responseText: `Error: connect ECONNREFUSED 127.0.0.1:${port}`,
  });
});
