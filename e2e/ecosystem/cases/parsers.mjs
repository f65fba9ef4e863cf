import { createServer } from "node:http";
import checks from "../programs/checks.cjs";
import { connect, listen } from "../support/serve.mjs";

export const name = "socket.io-msgpack-parser, socket.io-json-parser, a parser of one's own";
export const packages = { "socket.io-msgpack-parser": "3.0.2", "socket.io-json-parser": "3.0.0" };

export async function run(context) {
  const { Server } = await context.load("socket.io");
  const { io: createClient } = await context.load("socket.io-client");
  const serve = async (parser) => {
    const httpServer = createServer();
    const io = new Server(httpServer, { parser });
    checks.addHandlers(io);
    return { io, url: await listen(context, httpServer) };
  };

  const msgpack = context.require("socket.io-msgpack-parser");
  const { url } = await serve(msgpack);
  context.equal(await checks.checkClient(createClient, url, { parser: msgpack }), 49, "msgpack");
  const frames = await countFrames(context, url, msgpack);
  context.equal(frames, ["object"], "msgpack sends an event with binary data as one message");

  const json = context.require("socket.io-json-parser");
  await checkParser(context, await serve(json), json);
  await checkParser(context, await serve(reversed(json)), reversed(json));
}

async function countFrames(context, url, parser) {
  const socket = await connect(context, url, { parser, transports: ["websocket"] });
  const types = [];
  socket.io.engine.on("packet", ({ type, data }) => type === "message" && types.push(typeof data));
  await socket.emitWithAck("echo", { data: Buffer.from([1]) });
  return types;
}

/** These carry no binary data. */
async function checkParser(context, { io, url }, parser) {
  for (const transport of ["polling", "websocket"]) {
    const socket = await connect(context, `${url}/other`, { parser, transports: [transport] });
    context.equal(await socket.emitWithAck("echo", { a: ["€"] }), { a: ["€"] }, `echo by ${transport}`);
    await socket.emitWithAck("join", "room");
    const news = new Promise((resolve) => socket.once("news", resolve));
    io.of("/other").to("room").emit("news", 5);
    context.equal(await news, 5, `broadcast by ${transport}`);
    const error = await connect(context, url, { parser, auth: { token: "wrong" } }).catch((reason) => reason);
    context.equal([error.message, error.data], ["not authorized", { code: 7 }], "refusal");
  }
}

/** Another encoding on top: each text is reversed. */
function reversed({ Encoder, Decoder, ...rest }) {
  const reverse = (text) => [...text].toReversed().join("");
  class ReversedEncoder extends Encoder {
    encode(packet) {
      return super.encode(packet).map(reverse);
    }
  }
  class ReversedDecoder extends Decoder {
    add(chunk) {
      super.add(reverse(chunk));
    }
  }
  return { ...rest, Encoder: ReversedEncoder, Decoder: ReversedDecoder };
}
