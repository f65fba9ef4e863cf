import * as client from "./index.js";

/** `require("@halyard/client")(uri)`: opens a connection. */
function io(...args: Parameters<typeof client.io>): ReturnType<typeof client.io> {
  return client.io(...args);
}

namespace io {
  export import Manager = client.Manager;
  export import protocol = client.protocol;
  export import connect = client.connect;
  export import io = client.io;
}

export = io;
