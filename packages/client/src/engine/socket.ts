import { canPoll } from "./globals.node.js";
import type { SocketOptions, TransportCtor } from "./options.js";
import { SocketWithUpgrade } from "./socket-with-upgrade.js";
import { transports } from "./transports/index.js";

/**
 * An Engine.IO session: polling first, then WebSocket or WebTransport. It connects at once.
 *
 * Drop-in for `Socket` of `engine.io-client`.
 */
export class Socket extends SocketWithUpgrade {
  /** @throws TypeError for an unknown transport, Error for contradicting options */
  protected override chooseTransports(options: SocketOptions): readonly TransportCtor[] {
    const { transportImplementations, transports: given } = options;
    if (transportImplementations) {
      if (given) {
        throw new Error("specifying both 'transportImplementations' and 'transports' options is not supported");
      }
      return transportImplementations;
    }
    const known: readonly TransportCtor[] = Object.values(transports);
    const wanted = given ?? ["polling", "websocket", "webtransport"].slice(canPoll() ? 0 : 1);
    // A name that is given without its list is meant as one.
    return ([wanted].flat() as readonly (string | TransportCtor)[]).flatMap((transport, i) => {
      const ctor =
        typeof transport === "string" ? known.find(({ prototype }) => prototype.name === transport) : transport;
      // Quirk: only the name that would be opened first has to exist; programs list transports of long ago behind it.
      if (!ctor && !i) throw new TypeError(`unknown transport "${String(transport)}"`);
      return ctor ?? [];
    });
  }
}
