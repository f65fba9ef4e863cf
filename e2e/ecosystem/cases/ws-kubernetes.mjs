import { once } from "node:events";
import { createServer } from "node:http";
import net from "node:net";
import { PassThrough } from "node:stream";
import { listen } from "../support/serve.mjs";

export const name = "@kubernetes/client-node: exec and port-forward, on ws";
export const packages = { "@kubernetes/client-node": "1.4.0" };
export const replace = ["ws"];

export async function run(context) {
  const { Exec, KubeConfig, PortForward } = await context.load("@kubernetes/client-node");
  const { WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({ noServer: true, handleProtocols: ([first]) => first });
  httpServer.on("upgrade", (request, socket, head) => {
    if (request.url.includes("/forbidden/")) socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    else wss.handleUpgrade(request, socket, head, (webSocket) => serve(webSocket, request));
  });
  const server = await listen(context, httpServer);
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: "cluster", server, skipTLSVerify: true }],
    users: [{ name: "user", token: "token" }],
    contexts: [{ name: "context", cluster: "cluster", user: "user" }],
    currentContext: "context",
  });

  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const status = new Promise((resolve) => {
    new Exec(config).exec("ns", "pod", "container", ["ls", "-l"], stdout, stderr, stdin, false, resolve);
  });
  stdin.write("hello");
  context.equal(await status, { status: "Success" }, "status of a command");
  context.equal([String(stdout.read()), String(stderr.read())], ["hello", "error"], "its output");

  const forward = new PortForward(config, true);
  const local = net.createServer((socket) => forward.portForward("ns", "pod", [80], socket, null, socket));
  local.listen(0, "127.0.0.1");
  await once(local, "listening");
  const client = net.connect(local.address().port, "127.0.0.1");
  let received = 0;
  client.on("data", (data) => (received += data.length));
  client.write(Buffer.alloc(300_000));
  await context.eventually(() => received, 300_000, "bytes through a forwarded port");
  client.destroy();
  local.close();

  const refused = await new Exec(config)
    .exec("forbidden", "pod", "container", "ls", stdout, stderr, null, false)
    .catch((event) => event);
  context.equal(
    [refused.type, refused.message, refused.error.message],
    ["error", "Unexpected server response: 403", "Unexpected server response: 403"],
    "a refusal",
  );
}

/** The first byte of each message is its channel: 0 stdin, 1 stdout, 2 stderr, 3 status; of a forwarded port: 0 data. */
function serve(webSocket, { url }) {
  const send = (channel, data) => webSocket.send(Buffer.concat([Buffer.of(channel), Buffer.from(data)]));
  if (url.includes("/portforward")) {
    send(0, Buffer.of(80, 0));
    send(1, Buffer.of(80, 0));
    webSocket.on("message", (data) => webSocket.send(data));
    return;
  }
  webSocket.on("message", (data) => {
    if (data[0] !== 0) return;
    send(1, data.subarray(1));
    send(2, "error");
    send(3, '{"status":"Success"}');
  });
}
