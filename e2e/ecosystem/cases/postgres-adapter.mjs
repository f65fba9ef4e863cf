import { checkThreeNodes } from "../support/three-nodes.mjs";

export const name = "@socket.io/postgres-adapter";
export const packages = { "@socket.io/postgres-adapter": "0.5.0", pg: "8.16.3" };

export async function run(context) {
  await checkThreeNodes(context, import.meta.url, { postgres: await startDatabase(context) });
}

/** With the table its documentation asks for. */
export async function startDatabase(context) {
  const postgres = await context.startPostgres();
  const { Pool } = context.require("pg");
  const pool = new Pool({ connectionString: postgres.url });
  await pool.query(
    `CREATE TABLE socket_io_attachments (
       id bigserial UNIQUE, created_at timestamptz DEFAULT NOW(), payload bytea
     )`,
  );
  await pool.end();
  return postgres;
}

export async function createServerOptions(context, { postgres }) {
  const { createAdapter } = await context.load("@socket.io/postgres-adapter");
  const { Pool } = context.require("pg");
  // One connection listens, one publishes: with more of them messages overtake each other.
  const pool = new Pool({ connectionString: postgres.url, max: 2 });
  return { adapter: createAdapter(pool, { heartbeatInterval: 200, heartbeatTimeout: 2000 }) };
}
