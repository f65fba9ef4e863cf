import { createServer } from "node:http";
import { listen } from "../support/serve.mjs";

export const name = "Primus, its transformers for ws and engine.io";
export const packages = { primus: "8.0.9", "engine.io-client": "6.6.8" };
export const replace = ["ws", "engine.io"];

export async function run(context) {
  const Primus = context.require("primus");
  for (const transformer of ["websockets", "engine.io"]) {
    const httpServer = createServer();
    const primus = new Primus(httpServer, { transformer, pingInterval: 300, compression: true, maxLength: 1000 });
    const ended = [];
    primus.on("connection", (spark) => {
      spark.on("data", (data) => spark.write({ back: data, from: spark.address.ip, query: spark.query.q }));
      spark.on("end", () => ended.push(spark.query.q));
    });
    const url = await listen(context, httpServer);
    const client = new primus.Socket(`${url}?q=1`);
    const received = [];
    // The client library lives in a context of its own, with other prototypes.
    client.on("data", (data) => received.push(structuredClone(data)));
    client.on("open", () => client.write({ text: "é".repeat(200) }));
    const expected = [{ back: { text: "é".repeat(200) }, from: "127.0.0.1", query: "1" }];
    await context.eventually(() => received, expected, `${transformer}: a message and its answer`);
    const pinged = new Promise((resolve) => client.once("incoming::ping", resolve));
    await pinged;
    context.equal(client.readyState, 3, `${transformer}: open after a ping`);
    const left = new Promise((resolve) => client.once("end", resolve));
    primus.forEach((spark) => spark.end({ bye: true }));
    await left;
    context.equal(received.at(-1), { bye: true }, `${transformer}: the last message`);
    await context.eventually(() => ended, ["1"], `${transformer}: the end`);

    const long = new primus.Socket(`${url}?q=2`);
    const events = [];
    long.on("close", () => events.push("close"));
    long.on("reconnect scheduled", () => events.push("again"));
    long.on("error", () => {});
    long.on("open", () => long.write("x".repeat(2000)));
    await context.eventually(
      () => events.slice(0, 2),
      ["close", "again"],
      `${transformer}: a message that is too long`,
    );
    long.end();
    await new Promise((resolve) => primus.destroy({ timeout: 10 }, resolve));
  }
}
