import { createServer } from "node:http";
import { listen } from "../support/serve.mjs";

export const name = "y-socket.io: a shared document of three clients";
export const packages = { "y-socket.io": "1.1.3", yjs: "13.6.27" };

export async function run(context) {
  const { Server } = context.require("socket.io");
  const { YSocketIO } = context.require("y-socket.io/dist/server");
  const httpServer = createServer();
  const io = new Server(httpServer);
  const documents = new YSocketIO(io, { authenticate: ({ auth }) => auth.token === "right", gcEnabled: true });
  documents.initialize();
  const loaded = [];
  documents.on("document-loaded", (doc) => loaded.push(doc.name));
  const url = await listen(context, httpServer);

  const [a, b] = [open(context, url, "page"), open(context, url, "page")];
  await context.eventually(() => [a.provider.synced, b.provider.synced], [true, true], "synchronised");
  a.doc.getText("text").insert(0, "hello");
  await context.eventually(() => String(b.doc.getText("text")), "hello", "an edit");
  for (let index = 0; index < 50; index++) (index % 2 === 0 ? a : b).doc.getArray("list").push([index]);
  const lengths = () => [a, b].map(({ doc }) => doc.getArray("list").length);
  await context.eventually(lengths, [50, 50], "edits of both");
  context.equal(a.doc.getArray("list").toJSON(), b.doc.getArray("list").toJSON(), "the same list");

  a.provider.awareness.setLocalState({ cursor: 3 });
  const cursor = () => b.provider.awareness.getStates().get(a.doc.clientID)?.cursor;
  await context.eventually(cursor, 3, "awareness");
  const late = open(context, url, "page");
  await context.eventually(() => String(late.doc.getText("text")), "hello", "the document of a newcomer");
  const other = open(context, url, "other");
  await context.eventually(() => other.provider.synced, true, "another document");
  context.equal([loaded, String(other.doc.getText("text"))], [["page", "other"], ""], "documents are apart");

  const refused = open(context, url, "page", { token: "wrong" });
  await context.eventually(() => refused.errors, ["Unauthorized"], "authentication");
  a.provider.disconnect();
  b.doc.getText("text").insert(0, "oh ");
  context.equal(String(a.doc.getText("text")), "hello", "disconnected");
  a.provider.connect();
  await context.eventually(() => String(a.doc.getText("text")), "oh hello", "synchronised again");
}

function open(context, url, name, auth = { token: "right" }) {
  const { Doc } = context.require("yjs");
  const { SocketIOProvider } = context.require("y-socket.io");
  const doc = new Doc();
  const provider = new SocketIOProvider(url, name, doc, { auth, disableBc: true });
  const errors = [];
  provider.on("connection-error", ({ message }) => errors.push(message));
  context.onEnd(() => provider.destroy());
  return { doc, provider, errors };
}
