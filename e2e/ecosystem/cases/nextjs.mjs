import { createServer } from "node:http";
import { writeProject } from "../support/programs.mjs";
import { addHandlers, checkTransports, get, listen } from "../support/serve.mjs";

export const name = "Next.js with a custom server";
export const packages = { next: "15.5.6", react: "19.2.0", "react-dom": "19.2.0" };
export const timeoutMs = 200_000;

export async function run(context) {
  const page = `export default function Page() { return <p>next page</p>; }\n`;
  writeProject(context.folder, { "pages/index.jsx": page });
  process.chdir(context.folder);
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  await context.run(process.execPath, ["node_modules/next/dist/bin/next", "build"], { cwd: context.folder });
  const next = context.require("next");
  const app = next({ dev: false, dir: context.folder, hostname: "127.0.0.1", port: 3000 });
  await app.prepare();
  const { Server } = await context.load("socket.io");
  const httpServer = createServer(app.getRequestHandler());
  addHandlers(new Server(httpServer));
  const url = await listen(context, httpServer);
  const [status, body] = await get(url);
  context.equal([status, body.includes("next page")], [200, true], "pages of the application");
  await checkTransports(context, url);
}
