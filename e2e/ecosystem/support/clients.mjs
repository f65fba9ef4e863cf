/** A client which keeps the events it receives and answers those with an acknowledgement by its name. */
export async function connectClient(context, url, name, rooms, options = {}) {
  const { io } = await context.load("socket.io-client");
  const socket = io(url, { auth: { name, rooms }, forceNew: true, reconnection: false, ...options });
  const events = [];
  socket.onAny((...args) => {
    const ack = args.at(-1);
    if (typeof ack === "function") ack(name);
    events.push(args.filter((argument) => typeof argument !== "function"));
  });
  context.onEnd(() => socket.disconnect());
  await new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return { name, socket, take: () => events.splice(0) };
}
