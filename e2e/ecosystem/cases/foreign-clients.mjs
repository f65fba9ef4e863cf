import { createServer } from "node:http";
import checks from "../programs/checks.cjs";
import { listen } from "../support/serve.mjs";

const VERSIONS = {
  2.5: "2.5.0",
  3.1: "3.1.3",
  "4.0": "4.0.2",
  4.1: "4.1.3",
  4.2: "4.2.0",
  4.3: "4.3.2",
  4.4: "4.4.1",
  4.5: "4.5.4",
  4.6: "4.6.2",
  4.7: "4.7.5",
  4.8: "4.8.4",
};

export const name = "our server with socket.io-client 2.5, 3.1 and 4.0 to 4.8";
export const packages = Object.fromEntries(
  Object.entries(VERSIONS).map(([minor, version]) => [`client-${minor}`, `npm:socket.io-client@${version}`]),
);
export const keep = ["socket.io-client"];

export async function run(context) {
  const { Server } = await context.load("socket.io");
  const httpServer = createServer();
  const io = new Server(httpServer, { allowEIO3: true });
  checks.addHandlers(io);
  const url = await listen(context, httpServer);
  for (const minor of Object.keys(VERSIONS)) {
    const client = context.require(`client-${minor}`);
    // 2.5 sends no `auth`, so that it cannot be refused by it; and its acknowledgements know no timeout.
    const expected = minor === "2.5" ? 48 : 49;
    const count = await checks.checkClient(client.io ?? client, url, { checkRefusal: minor !== "2.5" });
    context.equal(count, expected, `socket.io-client ${minor}`);
  }
  await context.eventually(() => io.engine.clientsCount, 0, "no session is left");
}
