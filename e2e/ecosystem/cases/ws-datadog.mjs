import { createServer } from "node:http";
import { readPrograms } from "../support/install-checks.mjs";
import { writeProject } from "../support/programs.mjs";
import { listen } from "../support/serve.mjs";

export const name = "dd-trace: spans of the connection and its messages, on ws";
export const packages = { "dd-trace": "6.21.0", "@msgpack/msgpack": "3.1.2" };
export const replace = ["ws"];

export async function run(context) {
  const { decode } = await context.load("@msgpack/msgpack");
  const spans = [];
  const agent = createServer((req, res) => {
    const chunks = [];
    req.on("data", (chunk) => chunks.push(chunk));
    req.on("end", () => {
      if (req.url.includes("/traces")) spans.push(...decode(Buffer.concat(chunks), { useBigInt64: true }).flat());
      res.setHeader("content-type", "application/json");
      res.end("{}");
    });
  });
  writeProject(context.folder, readPrograms("traced-websocket.cjs"));
  const env = {
    ...process.env,
    DD_TRACE_AGENT_URL: await listen(context, agent),
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: "false",
    DD_REMOTE_CONFIGURATION_ENABLED: "false",
  };
  context
    .start(process.execPath, ["traced-websocket.cjs"], { cwd: context.folder, env, ready: /never/ })
    .catch(() => {});

  const show = ({ name: title, resource, meta, metrics }) => {
    const length = metrics["websocket.message.length"];
    const code = metrics["websocket.close.code"];
    return [title, resource, meta["span.kind"], meta["websocket.message.type"] ?? null, Number(length ?? code ?? 0)];
  };
  const ofServer = () => spans.map(show).filter(([title]) => title.startsWith("web"));
  const expected = [
    ["web.request", "GET /path", "server", null, 0],
    ["websocket.receive", "websocket /path", "consumer", "text", 5],
    ["websocket.send", "websocket /path", "producer", "text", 5],
    ["websocket.receive", "websocket /path", "consumer", "binary", 3],
    ["websocket.send", "websocket /path", "producer", "binary", 3],
    ["websocket.close", "websocket /path", "consumer", null, 4000],
  ];
  await context.eventually(ofServer, expected, "spans of the server", 30_000);
}
