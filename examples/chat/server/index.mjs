import { createServer } from "node:http";
import { Server } from "@halyard/server";
import { serveChat } from "./chat.mjs";
import { serveStaticFiles } from "./static-files.mjs";

const port = Number(process.env.PORT || 3000);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`PORT is "${process.env.PORT}", a number from 0 to 65535 is needed`);
  process.exit(1);
}

const httpServer = createServer(serveStaticFiles);
const io = new Server(httpServer, { maxHttpBufferSize: 1_000_000 });
serveChat(io);

httpServer.once("error", (error) => {
  console.error(error.code === "EADDRINUSE" ? `port ${port} is in use; try PORT=3001 npm start` : error.message);
  process.exit(1);
});
httpServer.listen(port, () => {
  console.log(`chat: http://localhost:${httpServer.address().port}  (open it in two windows; Ctrl+C stops it)`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    console.log("closing");
    void io.close().then(() => process.exit(0));
  });
}
