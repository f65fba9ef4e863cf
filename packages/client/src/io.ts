import { createLookup, type Lookup } from "./lookup.js";
import { Manager } from "./manager.js";
import { Socket } from "./socket.js";

const lookup: Lookup = /* @__PURE__ */ createLookup(Manager);

/** Connects to a namespace of a server. Its classes are also its properties. */
export const io: Lookup & { io: Lookup; connect: Lookup; Manager: typeof Manager; Socket: typeof Socket } =
  /* @__PURE__ */ Object.assign(lookup, { io: lookup, connect: lookup, Manager, Socket });
