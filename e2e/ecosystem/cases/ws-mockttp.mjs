import { imitate } from "../support/imitate.mjs";

export const name = "mockttp: WebSockets recorded, mocked and passed through, on ws";
export const packages = { mockttp: "4.6.5" };
export const replace = ["ws"];

export async function run(context) {
  const mockttp = context.require("mockttp");
  const { wsUrl } = await imitate(context, answer, { handleProtocols: (protocols) => [...protocols].at(-1) });
  const server = mockttp.getLocal({ http2: false });
  await server.start();
  context.onEnd(() => server.stop());
  const events = [];
  const names = ["accepted", "message-received", "message-sent", "close"];
  for (const event of names) await server.on(`websocket-${event}`, () => events.push(event));
  const url = `ws://127.0.0.1:${server.port}/a`;

  await server.forAnyWebSocket().thenForwardTo(wsUrl);
  const large = Buffer.alloc(70_000);
  const through = await talk(context, url, ["é", large, "close"], ["a", "b"]);
  context.equal(through, ["b /a", "é", 70_000, [4001, "reason"]], "passed through");
  context.equal(await talk(context, url, ["terminate"]), [" /a", [1005, ""]], "passed through, a lost connection");
  await context.eventually(() => events.filter((event) => event === "close").length, 2, "both ends were heard");
  const heard = ["accepted", "message-sent", "message-received"].map((event) => events.includes(event));
  context.equal(heard, [true, true, true], "what else was heard");

  await server.reset();
  await server.forAnyWebSocket().thenRejectConnection(403);
  context.equal(await talk(context, url, []), ["Unexpected server response: 403", [1006, ""]], "rejected");
  await server.reset();
  await server.forAnyWebSocket().thenEcho();
  context.equal(await talk(context, url, ["x", "own"]), ["x", [3001, "mine"]], "echo");
}

function answer({ webSocket, req }) {
  webSocket.send(`${webSocket.protocol} ${req.url}`);
  webSocket.on("message", (data, binary) => {
    const text = String(data);
    if (text === "close") webSocket.close(4001, "reason");
    else if (text === "terminate") webSocket.terminate();
    else webSocket.send(data, { binary });
  });
}

/** What a client sees, up to the end. */
function talk(context, url, say, protocols) {
  const { WebSocket } = context.require("ws");
  const webSocket = new WebSocket(url, protocols);
  const seen = [];
  webSocket.on("message", (data, binary) => seen.push(binary ? data.length : String(data)));
  webSocket.on("error", (error) => seen.push(error.message));
  webSocket.on("open", () => {
    for (const data of say) {
      if (data === "own") webSocket.close(3001, "mine");
      else webSocket.send(data);
    }
  });
  return new Promise((resolve) => {
    webSocket.on("close", (code, reason) => resolve([...seen, [code, String(reason)]]));
  });
}
