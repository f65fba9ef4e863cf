import * as client from "./index.js";

/** The global `io` of the UMD bundles: callable, with the other exports as properties. */
const io: typeof client.io & typeof client = Object.assign(client.io.bind(null), client);

export default io;
