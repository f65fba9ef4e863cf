import { request } from "node:http";
import { randomBytes } from "node:crypto";
import { constants, inflateRawSync } from "node:zlib";
import { clientFrame, FrameReader } from "./frames.mjs";

const TEXT = 1;
const BINARY = 2;
const BASE = "/socket.io/?EIO=4&transport=websocket";

/** One raw Socket.IO connection over websocket: no client library, so that both servers meet the same load. */
export class Peer {
  onText = () => {};
  onBinary = () => {};
  /** Heartbeats answered so far. */
  pings = 0;
  #socket = null;

  /** Resolves when the server has accepted the connection on the main namespace. */
  static async connect(port, { deflate = false } = {}) {
    const peer = new Peer();
    const socket = await upgrade(port, deflate);
    peer.#socket = socket;
    await new Promise((resolve, reject) => {
      const reader = new FrameReader((opcode, payload, isCompressed) => {
        if (opcode === BINARY) return peer.onBinary(payload);
        if (opcode !== TEXT) return undefined;
        const text = (isCompressed ? inflate(payload) : payload).toString("latin1");
        if (text === "2") {
          peer.pings += 1;
          return peer.sendText("3");
        }
        if (text.startsWith("40")) return resolve();
        if (text.startsWith("0{")) return peer.sendText("40");
        return peer.onText(text);
      });
      socket.on("data", (chunk) => reader.push(chunk));
      socket.once("close", () => reject(new Error("the server closed the connection")));
      if (socket.head.length > 0) reader.push(socket.head);
    });
    return peer;
  }

  sendText(text) {
    this.#socket.write(clientFrame(TEXT, Buffer.from(text)));
  }

  /** Writes frames made by `clientFrame` before the measured phase. */
  write(frames) {
    this.#socket.write(frames);
  }

  emit(...event) {
    this.sendText(`42${JSON.stringify(event)}`);
  }

  /** Sends an event that asks for an acknowledgement; resolves with the text of the answer. */
  ask(...event) {
    return new Promise((resolve) => {
      const before = this.onText;
      this.onText = (text) => {
        if (!text.startsWith("430")) return before(text);
        this.onText = before;
        return resolve(text.slice(3));
      };
      this.sendText(`420${JSON.stringify(event)}`);
    });
  }

  pause() {
    this.#socket.pause();
  }

  resume() {
    this.#socket.resume();
  }

  close() {
    this.#socket.removeAllListeners("close");
    this.#socket.destroy();
  }
}

// RFC 7692 §7.2.2; without context takeover each message stands alone, and both servers leave small ones uncompressed.
const TAIL = Buffer.from([0, 0, 0xff, 0xff]);
export const inflate = (payload) =>
  inflateRawSync(Buffer.concat([payload, TAIL]), { finishFlush: constants.Z_SYNC_FLUSH });

/** Opens a websocket; bytes behind the response are in `socket.head`. */
export function upgrade(port, deflate, path = BASE) {
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    ...(deflate
      ? { "Sec-WebSocket-Extensions": "permessage-deflate; server_no_context_takeover; client_no_context_takeover" }
      : {}),
  };
  return new Promise((resolve, reject) => {
    const req = request({ host: "127.0.0.1", port, path, headers, agent: false });
    req.on("error", reject);
    req.on("response", (res) => reject(new Error(`the server answered ${res.statusCode} to the upgrade`)));
    req.on("upgrade", (_res, socket, head) => {
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.head = head;
      resolve(socket);
    });
    req.end();
  });
}

/** Opens `count` connections, `width` at a time. */
export async function connectAll(port, count, { width = 50, ...options } = {}) {
  const peers = [];
  while (peers.length < count) {
    const batch = Array.from({ length: Math.min(width, count - peers.length) }, () => Peer.connect(port, options));
    peers.push(...(await Promise.all(batch)));
  }
  return peers;
}
