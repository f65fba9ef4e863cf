import type { BareManager } from "./bare-manager.js";
import type { ManagerOptions } from "./manager-settings.js";
import type { SocketOptions } from "./socket-types.js";
import type { Socket } from "./socket.js";
import { decodeQuery } from "./engine/uri.js";
import { url } from "./url.js";

export type LookupOptions = Partial<ManagerOptions & SocketOptions>;

/** Connects to a namespace of a server; relative urls are relative to the page. */
export interface Lookup {
  (opts?: LookupOptions): Socket;
  (uri?: string, opts?: LookupOptions): Socket;
  (uri?: string | LookupOptions, opts?: LookupOptions): Socket;
}

/** Makes an `io()` with managers of its own, shared by the namespaces of a server. */
export function createLookup(ManagerClass: new (uri: string, opts: LookupOptions) => BareManager): Lookup {
  const managers = new Map<string, BareManager>();

  return (uri?: string | LookupOptions, opts?: LookupOptions): Socket => {
    if (typeof uri === "object") {
      opts = uri;
      uri = undefined;
    }
    const options = opts ?? {};
    const { source, id, path, query } = url(uri, options.path || "/socket.io");
    if (query && !options.query) options.query = decodeQuery(query);
    const known = managers.get(id);
    const isNew =
      options.forceNew ||
      (options as { "force new connection"?: boolean })["force new connection"] ||
      options.multiplex === false ||
      (known && path in known.nsps); // the same namespace again: it wants a connection of its own
    const manager = (!isNew && known) || new ManagerClass(source, options);
    if (!isNew) managers.set(id, manager);
    return manager.socket(path, options);
  };
}
