import { type Channel, channel } from "node:diagnostics_channel";

/**
 * Channels of `node:diagnostics_channel`, named `halyard.server.<name>`. Publishers ask `hasSubscribers` first: nothing
 * is computed for a channel nobody hears. The messages are described in docs/server.md.
 */
export interface ServerChannels {
  readonly connection: Channel;
  readonly disconnection: Channel;
  readonly emit: Channel;
  readonly receive: Channel;
  readonly ack: Channel;
  readonly broadcast: Channel;
  readonly error: Channel;
}

export const channels: ServerChannels = {
  connection: channel("halyard.server.connection"),
  disconnection: channel("halyard.server.disconnection"),
  emit: channel("halyard.server.emit"),
  receive: channel("halyard.server.receive"),
  ack: channel("halyard.server.ack"),
  broadcast: channel("halyard.server.broadcast"),
  error: channel("halyard.server.error"),
};
