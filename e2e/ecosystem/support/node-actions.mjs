/**
 * What the checks make a node do. Arguments and results are JSON: the node may be in another process.
 *
 * @param io a server whose sockets are named, and put into rooms, by their `auth`
 */
export function createActions(io) {
  const events = [];
  io.on("connection", (socket) => {
    socket.data.name = socket.handshake.auth.name;
    socket.join(socket.handshake.auth.rooms ?? []);
  });
  io.on("hello", (...args) => {
    const ack = args.at(-1);
    if (typeof ack === "function") ack(`hello from ${process.pid}`);
    events.push(args.filter((argument) => typeof argument !== "function"));
  });
  const select = ({ rooms = [], except = [], flags = [], timeout }) => {
    let operator = io.in(rooms).except(except);
    for (const flag of flags) operator = operator[flag];
    return timeout === undefined ? operator : operator.timeout(timeout);
  };
  return {
    emit: (target, args) => select(target).emit(...args),
    async emitWithAck(target, args) {
      try {
        return await select({ timeout: 3000, ...target }).emitWithAck(...args);
      } catch (error) {
        return { error: error.message, responses: error.responses };
      }
    },
    async fetchSockets(target) {
      const sockets = await select(target).fetchSockets();
      return sockets.map((socket) => ({
        name: socket.data.name,
        rooms: sorted([...socket.rooms].filter((room) => room !== socket.id)),
        url: typeof socket.handshake.url,
      }));
    },
    /** Sends to one socket, wherever it is, by what fetchSockets gives. */
    async emitToFetched(target, args) {
      for (const socket of await select(target).fetchSockets()) socket.emit(...args);
    },
    join: (target, rooms) => select(target).socketsJoin(rooms),
    leave: (target, rooms) => select(target).socketsLeave(rooms),
    disconnect: (target, close) => select(target).disconnectSockets(close),
    serverSideEmit: (args) => io.serverSideEmit(...args),
    async serverSideEmitWithAck(args) {
      try {
        return { count: (await io.serverSideEmitWithAck(...args)).length };
      } catch (error) {
        return { error: error.message, count: error.responses?.length };
      }
    },
    events: () => events,
    serverCount: () => io.of("/").adapter.serverCount(),
    close: () => io.close(),
  };
}

/** Carries out actions asked for by messages `{ rpc, action, args }`. */
export function serveActions(actions, channel) {
  channel.on("message", async (message) => {
    if (message?.rpc === undefined) return;
    const { rpc, action, args } = message;
    try {
      const result = await actions[action](...args);
      channel.send({ rpc, result: isPlain(result) ? result : null });
    } catch (error) {
      channel.send({ rpc, error: String(error?.stack ?? error) });
    }
  });
}

function sorted(names) {
  return names.sort((a, b) => a.localeCompare(b));
}

function isPlain(value) {
  return typeof value !== "object" || value === null || Array.isArray(value) || value.constructor === Object;
}
