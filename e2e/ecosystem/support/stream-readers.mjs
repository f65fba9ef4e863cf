import { setTimeout as sleep } from "node:timers/promises";
import { connectClient } from "./clients.mjs";

const ROOM = "stream-readers";

/**
 * Waits until every node has read something of the stream.
 *
 * Until then `@socket.io/redis-streams-adapter` asks for what comes after "now" in each read, and misses what is added between two
 * reads. `serverCount` does not tell: it counts subscribers of a channel.
 */
export async function waitForStreamReaders(context, nodes) {
  for (const [index, node] of nodes.entries()) {
    const url = `http://127.0.0.1:${node.port}`;
    const reader = await connectClient(context, url, ROOM, [ROOM], { transports: ["websocket"] });
    const sender = nodes.at(index - 1);
    await context.eventually(() => isHeard(sender, reader), true, "the node reads the stream");
    reader.socket.disconnect();
    await context.eventually(
      () => node.do("fetchSockets", { rooms: [ROOM], flags: ["local"] }),
      [],
      "the reader is gone",
    );
  }
}

async function isHeard(sender, reader) {
  await sender.do("emit", { rooms: [ROOM] }, ["read"]);
  await sleep(50);
  return reader.take().length > 0;
}
