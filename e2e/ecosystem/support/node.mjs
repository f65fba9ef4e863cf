// A node of a cluster: node.mjs <file of the case> <folder> <services as JSON>. The case exports `createServerOptions`.
import { once } from "node:events";
import { createServer } from "node:http";
import { createContext } from "./context.mjs";
import { createActions, serveActions } from "./node-actions.mjs";

const [, , file, folder, services] = process.argv;
const definition = await import(file);
const { context } = createContext(folder);
const { Server } = await context.load("socket.io");
const httpServer = createServer();
const io = new Server(httpServer, await definition.createServerOptions(context, JSON.parse(services)));
serveActions(createActions(io), process);
httpServer.listen(0, "127.0.0.1");
await once(httpServer, "listening");
process.on("disconnect", () => process.exit());
process.send({ port: httpServer.address().port });
