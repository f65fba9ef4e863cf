import { checkThreeNodes } from "../support/three-nodes.mjs";

export const name = "@mickl/socket.io-nats-adapter";
export const packages = { "@mickl/socket.io-nats-adapter": "2.0.1", nats: "2.29.3" };

export async function run(context) {
  // It carries broadcasts only.
  const abilities = { requests: false, serverSideEmit: false, countsNodes: false };
  await checkThreeNodes(context, import.meta.url, { nats: await context.startNats() }, abilities);
}

export async function createServerOptions(context, { nats }) {
  const { createAdapter } = await context.load("@mickl/socket.io-nats-adapter");
  const { connect } = context.require("nats");
  return { adapter: createAdapter(await connect({ servers: nats.url })) };
}
