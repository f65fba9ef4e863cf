import { EventEmitter } from "node:events";

/** `EventType.BROADCAST` of `@socket.io/mongo-adapter`. */
const BROADCAST = 3;

/** As much of a capped collection of MongoDB as its adapter and emitter use: documents, and change streams that tell each insert. */
export class FakeCollection {
  #documents = [];
  #inserts = new EventEmitter().setMaxListeners(0);
  #mongodb;

  /** @param mongodb the package, for its ids and for BSON */
  constructor(mongodb) {
    this.#mongodb = mongodb;
  }

  watch([{ $match: filter }]) {
    const stream = new EventEmitter();
    const tell = (fullDocument) => {
      if (fullDocument.uid === filter["fullDocument.uid"].$ne) return;
      stream.emit("change", { operationType: "insert", fullDocument: this.#copy(fullDocument) });
    };
    this.#inserts.on("insert", tell);
    stream.close = async () => void this.#inserts.off("insert", tell);
    return stream;
  }

  async insertOne(fields) {
    const document = { _id: new this.#mongodb.ObjectId(), ...fields };
    this.#documents.push(document);
    setImmediate(() => this.#inserts.emit("insert", document));
    return { insertedId: document._id };
  }

  async findOne({ type, _id: id }) {
    return this.#documents.find((one) => one.type === type && one._id.equals(id)) ?? null;
  }

  async findOneAndDelete({ type, "data.pid": pid }) {
    const index = this.#documents.findIndex((one) => one.type === type && one.data.pid === pid);
    return index === -1 ? null : this.#documents.splice(index, 1)[0];
  }

  /** Broadcasts behind an id, to all or to one of the rooms. */
  find({ $and: [, { _id: after }, { nsp }, { $or: toRooms }] }) {
    const { $in: rooms } = toRooms[1]["data.opts.rooms"];
    const isFor = ({ opts }) => opts.rooms.length === 0 || opts.rooms.some((room) => rooms.includes(room));
    const isMissed = (one) =>
      one.type === BROADCAST && one.nsp === nsp && `${one._id}` > `${after.$gt}` && isFor(one.data);
    const missed = this.#documents.filter(isMissed).map((one) => this.#copy(one));
    return missed.values();
  }

  #copy(document) {
    const { BSON } = this.#mongodb;
    return BSON.deserialize(BSON.serialize(document));
  }
}
