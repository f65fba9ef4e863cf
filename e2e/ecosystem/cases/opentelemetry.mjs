import { readPrograms } from "../support/install-checks.mjs";
import { writeProject } from "../support/programs.mjs";

export const name = "@opentelemetry/instrumentation-socket.io: spans of emits, broadcasts and events";
export const packages = {
  "@opentelemetry/api": "1.9.0",
  "@opentelemetry/instrumentation": "0.200.0",
  "@opentelemetry/instrumentation-socket.io": "0.50.0",
  "@opentelemetry/sdk-trace-node": "2.0.0",
};

export async function run(context) {
  writeProject(context.folder, readPrograms("traced.cjs"));
  const { stdout } = await context.run(process.execPath, ["traced.cjs"], { cwd: context.folder });
  const spans = JSON.parse(stdout);
  const shown = spans.map(({ name: title, kind, event }) => [title, kind, event]);
  const expected = [
    ["receive /", "consumer", "connection"],
    ["send /", "producer", "reply"],
    ["send /", "producer", "to a room"],
    ["send /other", "producer", "to all"],
    ["receive /", "consumer", "hello"],
  ];
  context.equal(shown, expected, "spans");
  const find = (wanted) => spans.find((span) => span.event === wanted);
  context.equal(find("to a room").rooms, ["room"], "the rooms of a broadcast");
  context.equal(find("to all").namespace, "/other", "the namespace of a broadcast");
}
