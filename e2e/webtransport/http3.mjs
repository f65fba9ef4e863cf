// As much of HTTP/3 (RFC 9114) as a browser needs to open a WebTransport session (draft-ietf-webtrans-http3). Every request counts as
// the CONNECT of a session, whatever its headers: nothing here decodes QPACK.
import { listenQuic } from "./quic.mjs";

const FRAME = { data: 0x00, headers: 0x01, settings: 0x04, webTransportStream: 0x41 };
const CONTROL_STREAM = 0x00;
const CLOSE_SESSION_CAPSULE = 0x2843;
const SESSION_GONE = 0x170d7b68;
/** SETTINGS, each with the value 1: extended CONNECT, datagrams, WebTransport of draft 2 and of draft 7. */
const SETTINGS = [0x08, 0x33, 0x2b603742, 0xc671706a];
/** A field section without dynamic table: entry 25 of the static one, ":status: 200" (RFC 9204, appendix A). */
const STATUS_200 = Buffer.from([0x00, 0x00, 0xc0 | 25]);

/**
 * @param options.onSession is given each session, of the shape of a browser's `WebTransport`
 * @returns the UDP socket, when it is bound
 */
export function listenWebTransport({ cert, key, port, maxIdleMs = 30_000, onSession }) {
  const onConnection = (connection) => serve(connection, onSession);
  return listenQuic({ cert, key, port, maxIdleMs, alpn: "h3", onConnection });
}

function serve(connection, onSession) {
  const sessions = new Map();
  connection.onStream = (stream) => {
    const end = stream.isBidirectional ? accept(stream, connection, sessions, onSession) : drain(stream.readable);
    end.catch((error) => stream.reset(SESSION_GONE, error));
  };
  connection.onClose = (error) => {
    for (const session of sessions.values()) session.lost(error);
  };
  const settings = frame(FRAME.settings, Buffer.concat(SETTINGS.flatMap((id) => [varint(id), varint(1)])));
  void connection.openUniStream().send(Buffer.concat([varint(CONTROL_STREAM), settings]), { fin: false });
}

async function drain(readable) {
  for await (const _chunk of readable);
}

/** A request, or a stream of a session that a request has opened. */
async function accept(stream, connection, sessions, onSession) {
  const front = new Front(stream.readable);
  const type = await front.varint();
  if (type === FRAME.webTransportStream) {
    sessions.get(await front.varint()).take(stream, front.rest());
    return;
  }
  await front.bytes(await front.varint()); // the headers
  const session = new Session(stream, front, connection);
  sessions.set(stream.id, session);
  onSession(session);
}

class Session {
  /** For tests that break things below the session. */
  streams = [];
  connection;
  #request;
  #incoming;
  #resolve;
  #reject;

  constructor(request, front, connection) {
    this.connection = connection;
    this.#request = request;
    this.incomingBidirectionalStreams = new ReadableStream({
      start: (controller) => void (this.#incoming = controller),
    });
    this.closed = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    request.send(frame(FRAME.headers, STATUS_200), { fin: false }).catch((error) => this.lost(error));
    this.#watch(front).catch((error) => this.lost(error));
  }

  take(stream, readable) {
    this.streams.push(stream);
    this.#incoming.enqueue({ readable, writable: stream.writable });
  }

  close({ closeCode = 0, reason = "" } = {}) {
    const code = Buffer.alloc(4);
    code.writeUInt32BE(closeCode);
    const capsule = frame(CLOSE_SESSION_CAPSULE, Buffer.concat([code, Buffer.from(reason)]));
    this.#request.send(frame(FRAME.data, capsule), { fin: true }).catch(() => {});
    this.#breakStreams(new Error("the session is closed"));
    this.#resolve({ closeCode, reason });
  }

  lost(error) {
    this.#breakStreams(error);
    this.#reject(error);
  }

  /** Waits for the peer to close the session: by a capsule, or by the end of the request. */
  async #watch(front) {
    for (;;) {
      const type = await front.varint();
      const content = await front.bytes(await front.varint());
      if (type === FRAME.data && content.indexOf(varint(CLOSE_SESSION_CAPSULE)) === 0) return this.close();
    }
  }

  /** As the standard has it: what they have not sent yet is not sent any more. */
  #breakStreams(error) {
    for (const stream of this.streams.splice(0)) stream.reset(SESSION_GONE, error);
    try {
      this.#incoming.error(error);
    } catch {
      // It is broken already.
    }
  }
}

/** Takes numbers and bytes off the front of a stream. */
class Front {
  #reader;
  #buffered = Buffer.alloc(0);

  constructor(readable) {
    this.#reader = readable.getReader();
  }

  async bytes(length) {
    while (this.#buffered.length < length) {
      const { done, value } = await this.#reader.read();
      if (done) throw new Error("the stream has ended");
      this.#buffered = Buffer.concat([this.#buffered, value]);
    }
    const bytes = this.#buffered.subarray(0, length);
    this.#buffered = this.#buffered.subarray(length);
    return bytes;
  }

  /** RFC 9000 §16: the first two bits say how long it is. */
  async varint() {
    const [first] = await this.bytes(1);
    const rest = await this.bytes((1 << (first >> 6)) - 1);
    return rest.reduce((sum, byte) => sum * 256 + byte, first & 0x3f);
  }

  rest() {
    const reader = this.#reader;
    const buffered = new Uint8Array(this.#buffered);
    return new ReadableStream({
      start: (controller) => void (buffered.length > 0 && controller.enqueue(buffered)),
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    });
  }
}

function varint(value) {
  if (value < 0x40) return Buffer.from([value]);
  const bytes = Buffer.alloc(value < 0x4000 ? 2 : value < 0x4000_0000 ? 4 : 8);
  if (bytes.length === 2) bytes.writeUInt16BE(0x4000 + value);
  else if (bytes.length === 4) bytes.writeUInt32BE(0x8000_0000 + value);
  else bytes.writeBigUInt64BE(0xc000_0000_0000_0000n + BigInt(value));
  return bytes;
}

function frame(type, content) {
  return Buffer.concat([varint(type), varint(content.length), content]);
}
