// A QUIC server (RFC 9000): quiche does the protocol; here are the UDP socket, the timers, and streams of the web.
import { createSocket } from "node:dgram";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";

const CONNECTION_ID_BYTES = 20;
const DATAGRAM_BYTES = 65_535;
const WINDOW_BYTES = 16 * 1024 * 1024;
const MAX_STREAMS = 100;
const HOST = "127.0.0.1";

/** The binding of quiche; null where the package has no binary. */
export function loadQuiche() {
  try {
    return createRequire(import.meta.url)("@matrixai/quic-linux-x64");
  } catch {
    return null;
  }
}

/**
 * @param options.onConnection is given a connection when its handshake is done; it sets `onStream` and `onClose` of it
 * @returns the UDP socket, when it is bound
 */
export async function listenQuic({ cert, key, port, alpn, maxIdleMs, onConnection }) {
  const quiche = loadQuiche();
  const config = configure(quiche, { cert, key, alpn, maxIdleMs });
  const connections = new Map();
  const socket = createSocket("udp4");
  socket.on("message", (datagram, peer) => {
    const { ty: type, dcid } = quiche.Header.fromSlice(datagram, CONNECTION_ID_BYTES);
    const from = { host: peer.address, port: peer.port };
    const to = { host: HOST, port: socket.address().port };
    let connection = connections.get(hex(dcid));
    if (!connection) {
      if (type !== quiche.Type.Initial) return;
      const id = randomBytes(CONNECTION_ID_BYTES);
      connection = new QuicConnection(quiche, quiche.Connection.accept(id, null, to, from, config), socket);
      connection.onOpen = () => onConnection(connection);
      for (const each of [id, dcid]) connections.set(hex(each), connection); // until it knows ours, the peer uses its own
    }
    connection.receive(datagram, { from, to });
  });
  await new Promise((resolve, reject) => socket.once("error", reject).bind(port, HOST, resolve));
  return socket;
}

function configure(quiche, { cert, key, alpn, maxIdleMs }) {
  const config = quiche.Config.withBoringSslCtx(false, false, null, [Buffer.from(key)], [Buffer.from(cert)], null);
  config.setApplicationProtos([alpn]);
  config.setMaxIdleTimeout(maxIdleMs);
  config.setInitialMaxData(WINDOW_BYTES);
  config.setInitialMaxStreamDataBidiLocal(WINDOW_BYTES);
  config.setInitialMaxStreamDataBidiRemote(WINDOW_BYTES);
  config.setInitialMaxStreamDataUni(WINDOW_BYTES);
  config.setInitialMaxStreamsBidi(MAX_STREAMS);
  config.setInitialMaxStreamsUni(MAX_STREAMS);
  config.setDisableActiveMigration(true);
  config.enableDgram(true, 16, 16); // a browser wants to hear of datagrams, though none are sent
  return config;
}

const hex = (bytes) => Buffer.from(bytes).toString("hex");

class QuicConnection {
  onOpen = () => {};
  onStream = () => {};
  onClose = () => {};
  #quiche;
  #connection;
  #socket;
  #streams = new Map();
  #timer;
  #isOpen = false;
  #isClosed = false;
  #nextUniStream = 3; // RFC 9000 §2.1: of the server, unidirectional

  constructor(quiche, connection, socket) {
    this.#quiche = quiche;
    this.#connection = connection;
    this.#socket = socket;
  }

  receive(datagram, info) {
    if (this.#isClosed) return;
    this.#connection.recv(datagram, info);
    if (!this.#isOpen && this.#connection.isEstablished()) {
      this.#isOpen = true;
      this.onOpen();
    }
    for (const id of this.#connection.readable()) {
      if (!this.#streams.has(id)) this.onStream(this.#addStream(id));
      this.#streams.get(id).wakeReader();
    }
    for (const id of this.#connection.writable()) this.#streams.get(id)?.wakeWriter();
    this.#flush();
  }

  openUniStream() {
    const id = this.#nextUniStream;
    this.#nextUniStream += 4;
    return this.#addStream(id);
  }

  close(code) {
    this.#connection.close(true, code, Buffer.alloc(0));
    this.#flush();
  }

  #addStream(id) {
    const stream = new QuicStream(this.#quiche, this.#connection, id, () => this.#flush());
    this.#streams.set(id, stream);
    return stream;
  }

  /** Sends what there is to send, and comes back when quiche wants to. */
  #flush() {
    const datagram = Buffer.allocUnsafe(DATAGRAM_BYTES);
    for (let sent = this.#connection.send(datagram); sent; sent = this.#connection.send(datagram)) {
      const [length, { to }] = sent;
      this.#socket.send(Buffer.from(datagram.subarray(0, length)), to.port, to.host);
    }
    clearTimeout(this.#timer);
    if (this.#connection.isClosed()) return this.#end();
    const waitMs = this.#connection.timeout();
    if (waitMs === null) return;
    this.#timer = setTimeout(() => {
      this.#connection.onTimeout();
      this.#flush();
    }, waitMs + 1);
  }

  #end() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const error = new Error(this.#connection.isTimedOut() ? "the connection was idle" : "the connection is closed");
    for (const stream of this.#streams.values()) stream.fail(error);
    this.onClose(error);
  }
}

/** A stream of a connection as two streams of the web. */
class QuicStream {
  wakeReader = () => {};
  wakeWriter = () => {};
  #quiche;
  #connection;
  #flush;
  #error = null;

  constructor(quiche, connection, id, flush) {
    this.#quiche = quiche;
    this.#connection = connection;
    this.#flush = flush;
    this.id = id;
    this.isBidirectional = (id & 2) === 0;
    this.readable = new ReadableStream({
      pull: (controller) => this.#read(controller),
      cancel: () => this.#shut("Read", 0),
    });
    this.writable = new WritableStream({
      write: (chunk) => this.send(chunk, { fin: false }),
      close: () => this.send(new Uint8Array(0), { fin: true }),
      abort: () => this.#shut("Write", 0),
    });
  }

  /** Resolves when quiche has taken all of it. */
  async send(bytes, { fin }) {
    for (let rest = bytes; ;) {
      if (this.#error) throw this.#error;
      rest = rest.subarray(this.#connection.streamSend(this.id, rest, fin) ?? 0);
      this.#flush();
      if (rest.length === 0) return;
      await new Promise((resolve) => (this.wakeWriter = resolve));
    }
  }

  /** Breaks both directions. */
  reset(code, error) {
    this.fail(error);
    this.#shut("Read", code);
    this.#shut("Write", code);
  }

  fail(error) {
    this.#error ??= error;
    this.wakeReader();
    this.wakeWriter();
  }

  async #read(controller) {
    const bytes = Buffer.allocUnsafe(DATAGRAM_BYTES);
    for (;;) {
      if (this.#error) throw this.#error;
      const received = this.#connection.streamRecv(this.id, bytes);
      if (received === null) {
        await new Promise((resolve) => (this.wakeReader = resolve));
        continue;
      }
      this.#flush(); // the peer may send more
      const [length, fin] = received;
      if (length > 0) controller.enqueue(new Uint8Array(bytes.subarray(0, length)));
      if (fin) controller.close();
      if (length > 0 || fin) return;
    }
  }

  #shut(direction, code) {
    try {
      this.#connection.streamShutdown(this.id, this.#quiche.Shutdown[direction], code);
    } catch {
      // It is shut already.
    }
    this.#flush();
  }
}
