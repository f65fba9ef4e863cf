import { createServer } from "node:http";

const port = Number(process.env.PORT ?? 3000);
createServer((_request, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end("<!doctype html><title>Halyard chat</title><p>The chat is being built.</p>");
}).listen(port, () => {
  console.log(`chat: http://localhost:${port}`);
});
