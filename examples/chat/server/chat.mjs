import { cleanId, cleanNickname, cleanRoom, cleanText, imageType } from "./input.mjs";
import { LIMITS, TokenBucket } from "./limits.mjs";
import { RoomTable } from "./room.mjs";

const DELIVERY_TIMEOUT_MS = 5_000;

/**
 * Puts the chat onto a Socket.IO server.
 *
 * The nickname and the room travel in the handshake's `auth`, so that a client which comes back is in its room
 * before the messages it has queued arrive.
 */
export function serveChat(io) {
  const rooms = new RoomTable(["lobby", "random", "help"]);

  io.use((socket, next) => {
    const nickname = cleanNickname(socket.handshake.auth.nickname);
    const room = cleanRoom(socket.handshake.auth.room);
    if (nickname === null) return next(new Error(`a nickname has 1 to ${LIMITS.nicknameChars} visible characters`));
    if (room === null) return next(new Error("a room's name has 1 to 24 characters of a-z, 0-9 and -"));
    socket.data.nickname = nickname;
    socket.data.wanted = room;
    return next();
  });

  io.on("connection", (socket) => {
    const guest = new Guest(io, socket, rooms);
    if (!guest.enter(socket.data.wanted)) return;
    socket.on("join", (name, reply) => guest.onJoin(name, reply));
    socket.on("message", (id, text, reply) => guest.onMessage(id, text, reply));
    socket.on("image", (id, data, reply) => guest.onImage(id, data, reply));
    socket.on("typing", (isTyping) => guest.onTyping(isTyping));
    socket.on("round-trip", (reply) => answer(reply));
    socket.on("disconnect", () => guest.leave());
  });
}

/** One connected person. */
class Guest {
  #room = null;
  #name = "";
  #messages = new TokenBucket(LIMITS.burst, LIMITS.perSecond);
  #typing = new TokenBucket(LIMITS.typingBurst, LIMITS.typingPerSecond);

  constructor(io, socket, rooms) {
    this.io = io;
    this.socket = socket;
    this.rooms = rooms;
  }

  enter(roomName) {
    const room = this.rooms.open(roomName);
    if (room === null) {
      this.socket.emit("refused", `there are already ${LIMITS.rooms} rooms`);
      return false;
    }
    this.#room = room;
    this.#name = room.enter(this.socket.id, this.socket.data.nickname);
    this.socket.join(room.name);
    this.socket.emit("entered", { room: room.name, you: this.#name, history: room.history });
    this.#announce(room);
    return true;
  }

  leave() {
    const room = this.#room;
    if (room === null) return;
    this.#room = null;
    room.leave(this.socket.id);
    this.socket.leave(room.name);
    this.#announce(room);
    this.rooms.closeIfEmpty(room);
    this.io.emit("rooms", this.rooms.summary);
  }

  onJoin(name, reply) {
    if (!this.#messages.take()) return answer(reply, "slow down a little");
    const roomName = cleanRoom(name);
    if (roomName === null) return answer(reply, "a room's name has 1 to 24 characters of a-z, 0-9 and -");
    if (roomName === this.#room?.name) return answer(reply);
    if (this.rooms.open(roomName) === null) return answer(reply, `there are already ${LIMITS.rooms} rooms`);
    this.leave();
    this.enter(roomName);
    return answer(reply);
  }

  onMessage(id, text, reply) {
    const clean = cleanText(text);
    if (clean === null) return answer(reply, `a message has 1 to ${LIMITS.textChars} characters`);
    return this.#publish(id, { text: clean }, reply);
  }

  onImage(id, data, reply) {
    const type = imageType(data);
    if (type === null)
      return answer(reply, `an image is a PNG, JPEG, GIF or WebP of at most ${LIMITS.imageBytes / 1000} kB`);
    return this.#publish(id, { image: data, type }, reply);
  }

  onTyping(isTyping) {
    if (this.#room === null || typeof isTyping !== "boolean" || !this.#typing.take()) return;
    this.socket.volatile.to(this.#room.name).emit("typing", this.#name, isTyping);
  }

  #publish(rawId, content, reply) {
    const id = cleanId(rawId);
    const refusal = this.#refusal(id);
    if (refusal !== null) return answer(reply, refusal);
    const room = this.#room;
    const isNew = room.isNew(id);
    answer(reply);
    if (!isNew) return;
    const message = { id, from: this.#name, at: Date.now(), ...content };
    room.keep(message);
    this.#deliver(room, message);
  }

  #refusal(id) {
    if (id === null) return "the message has no proper id";
    if (this.#room === null) return "you are in no room";
    return this.#messages.take() ? null : "slow down a little";
  }

  /** Second tick: how many of the others have confirmed the message. */
  #deliver(room, message) {
    const others = this.socket.to(room.name).timeout(DELIVERY_TIMEOUT_MS);
    others.emit("message", message, (error, confirmed) => {
      this.socket.emit("delivered", message.id, confirmed.length, error === null);
    });
  }

  #announce(room) {
    this.io.to(room.name).emit("presence", room.names);
    this.io.emit("rooms", this.rooms.summary);
  }
}

/** Acknowledges with null, or with a sentence that says why not. A peer may have asked for no acknowledgement. */
function answer(reply, refusal = null) {
  if (typeof reply === "function") reply(refusal);
}
