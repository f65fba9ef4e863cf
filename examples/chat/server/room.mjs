import { LIMITS } from "./limits.mjs";

/** One room: who is in it, what was said lately, and which message ids were already accepted. */
export class Room {
  /** @type {Map<string, string>} socket id to nickname */
  members = new Map();
  history = [];
  #seen = new Set();

  constructor(name) {
    this.name = name;
  }

  /** Adds a member; a name that is taken gets a number. Returns the name in use. */
  enter(socketId, nickname) {
    const taken = new Set(this.members.values());
    let name = nickname;
    for (let n = 2; taken.has(name); n++) name = `${nickname} (${n})`;
    this.members.set(socketId, name);
    return name;
  }

  leave(socketId) {
    this.members.delete(socketId);
  }

  get names() {
    return [...this.members.values()].sort((a, b) => a.localeCompare(b));
  }

  /** True the first time an id is seen: a message that is sent again after a lost acknowledgement is stored once. */
  isNew(id) {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    if (this.#seen.size > LIMITS.seenIds) this.#seen.delete(this.#seen.values().next().value);
    return true;
  }

  keep(message) {
    this.history.push(message);
    if (this.history.length > LIMITS.historyMessages) this.history.shift();
    const images = this.history.filter((entry) => entry.image !== undefined);
    if (images.length > LIMITS.historyImages) this.history.splice(this.history.indexOf(images[0]), 1);
  }
}

/** The rooms of this process. Empty rooms are forgotten, except the ones everybody starts with. */
export class RoomTable {
  #rooms = new Map();

  constructor(names) {
    this.fixed = new Set(names);
    for (const name of names) this.#rooms.set(name, new Room(name));
  }

  /** @returns {Room | null} null when there are too many rooms already */
  open(name) {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      if (this.#rooms.size >= LIMITS.rooms) return null;
      room = new Room(name);
      this.#rooms.set(name, room);
    }
    return room;
  }

  closeIfEmpty(room) {
    if (room.members.size === 0 && !this.fixed.has(room.name)) this.#rooms.delete(room.name);
  }

  get summary() {
    return [...this.#rooms.values()].map((room) => ({ name: room.name, count: room.members.size }));
  }
}
