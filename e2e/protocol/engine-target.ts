import { Server as HalyardServer } from "@halyard/engine";
import { Server as UpstreamServer } from "engine.io";
import { MAX_PAYLOAD, PING_INTERVAL, PING_TIMEOUT, Target } from "./support.js";

/** The servers the cases are held against: the second shows that the cases are those of the protocol, not ours. */
export const SERVERS = ["@halyard/engine", "engine.io 6.6.13"] as const;

/** An engine that sends every message back. */
export async function engineTarget(name: (typeof SERVERS)[number], revision: 3 | 4): Promise<Target> {
  const target = new Target("/engine.io/", revision);
  const options = {
    pingInterval: PING_INTERVAL,
    pingTimeout: PING_TIMEOUT,
    maxHttpBufferSize: MAX_PAYLOAD,
    cors: { origin: "*" },
    allowEIO3: revision === 3,
  };
  if (name === "@halyard/engine") {
    const engine = new HalyardServer(options);
    engine.attach(target.http, {});
    engine.on("connection", (session) => session.on("data", (data: string | Buffer) => session.send(data)));
  } else {
    const engine = new UpstreamServer(options);
    engine.attach(target.http, {});
    engine.on("connection", (session) => session.on("data", (data: string | Buffer) => session.send(data)));
  }
  await target.listen();
  return target;
}
