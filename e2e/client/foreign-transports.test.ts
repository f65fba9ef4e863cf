// The documentation of socket.io-client gives `transports` classes that are imported from engine.io-client.
import { expect, it } from "vitest";
import { Fetch, NodeWebSocket, NodeXHR } from "engine.io-client";
import { CLIENTS, Pair, SERVERS, type ClientOptions } from "./support.js";

const TRANSPORTS: [title: string, classes: unknown[], last: string][] = [
  ["Fetch", [Fetch], "polling"],
  ["NodeXHR", [NodeXHR], "polling"],
  ["NodeWebSocket", [NodeWebSocket], "websocket"],
  ["Fetch, then NodeWebSocket", [Fetch, NodeWebSocket], "websocket"],
];

it.each(TRANSPORTS)("%s of engine.io-client carries what one's own does", async (_title, transports, last) => {
  const options = { transports } as ClientOptions;
  const pair = new Pair(SERVERS["halyard"]!, CLIENTS["halyard"]!, options, { maxHttpBufferSize: 1000 });
  const client = await pair.client();
  pair.server.on("connection", (socket) => {
    socket.on("echo", (value: unknown, answer: (value: unknown) => void) => answer(value));
  });
  client.connect();
  for (const value of ["text", Buffer.from("binary")]) {
    expect(await client.timeout(5000).emitWithAck("echo", value)).toEqual(value);
  }
  await expect.poll(() => client.io.engine.transport.name).toBe(last);
  // Together they are above the limit of one request.
  const texts = Array.from({ length: 5 }, (_, n) => String(n).repeat(300));
  const answers = texts.map((text) => client.timeout(5000).emitWithAck("echo", text) as Promise<unknown>);
  expect(await Promise.all(answers)).toEqual(texts);
});
