import { setTimeout as sleep } from "node:timers/promises";

/**
 * What must work across three nodes, whatever connects them. Client `a` is on the first node in room `odd`, `b` on the second in
 * `even`, `c` on the third in `odd`.
 *
 * @param nodes three nodes: `do(action, ...args)` and `kill()`
 * @param clients `a`, `b`, `c`
 * @param abilities what the adapter can do: `{ requests, serverSideEmit, deathMs }`
 */
export async function checkCluster(context, nodes, clients, abilities = {}) {
  const { requests = true, serverSideEmit = true, countsNodes = true } = abilities;
  if (countsNodes) {
    for (const node of nodes) await context.eventually(() => node.do("serverCount"), 3, "each node knows the others");
  }
  await checkBroadcast(context, nodes, clients);
  if (requests) await checkRequests(context, nodes, clients);
  if (serverSideEmit) await checkServerSideEmit(context, nodes);
  await checkDeath(context, nodes, clients, abilities);
  if (requests) await checkDisconnect(context, nodes, clients);
}

/** Each client gets what it should, and nothing else follows. */
async function expectEvents(context, clients, expected, what) {
  const received = clients.map(() => []);
  const collect = () => {
    for (const [index, client] of clients.entries()) received[index].push(...client.take());
    return received;
  };
  await context.eventually(collect, expected, what);
  await sleep(50);
  context.equal(collect(), expected, `${what}: and nothing more`);
}

async function checkBroadcast(context, nodes, clients) {
  const x = [["x", 1, { deep: ["é"] }]];
  const targets = {
    everyone: [{}, [x, x, x]],
    "a room": [{ rooms: ["odd"] }, [x, [], x]],
    "several rooms": [{ rooms: ["odd", "even"] }, [x, x, x]],
    "everyone but a room": [{ except: ["odd"] }, [[], x, []]],
    "a room but another": [{ rooms: ["odd", "even"], except: ["even"] }, [x, [], x]],
    nobody: [{ rooms: ["nobody"] }, [[], [], []]],
    volatile: [{ flags: ["volatile"] }, [x, x, x]],
  };
  for (const [title, [target, expected]] of Object.entries(targets)) {
    await nodes[1].do("emit", target, x[0]);
    await expectEvents(context, clients, expected, `broadcast to ${title}`);
  }
  await nodes[2].do("emit", { flags: ["local"] }, x[0]);
  await expectEvents(context, clients, [[], [], x], "broadcast on one node");
  for (let index = 0; index < 30; index++) await nodes[0].do("emit", {}, ["n", index]);
  const inOrder = Array.from({ length: 30 }, (_, index) => ["n", index]);
  await expectEvents(context, clients, [inOrder, inOrder, inOrder], "order of one sender");
}

async function checkRequests(context, nodes, clients) {
  const answers = await nodes[0].do("emitWithAck", {}, ["question"]);
  context.equal(sorted(answers), ["a", "b", "c"], "acknowledgements of all nodes");
  context.equal(
    await nodes[1].do("emitWithAck", { rooms: ["nobody"] }, ["question"]),
    [],
    "acknowledgements of nobody",
  );
  for (const client of clients) client.take();

  const describe = async (target) => {
    const sockets = await nodes[1].do("fetchSockets", target);
    return sockets.map(({ name, rooms, url }) => [name, rooms.join(" "), url]).sort();
  };
  const all = [
    ["a", "odd", "string"],
    ["b", "even", "string"],
    ["c", "odd", "string"],
  ];
  context.equal(await describe({}), all, "fetchSockets");
  context.equal(await describe({ rooms: ["odd"], except: ["nobody"] }), [all[0], all[2]], "fetchSockets of a room");
  context.equal(await describe({ flags: ["local"] }), [all[1]], "fetchSockets of one node");

  await nodes[0].do("emitToFetched", { rooms: ["even"] }, ["to", "you"]);
  await expectEvents(context, clients, [[], [["to", "you"]], []], "emit to a fetched socket");

  await nodes[0].do("join", { rooms: ["even"] }, ["new", "newer"]);
  await context.eventually(() => describe({ rooms: ["new"] }), [["b", "even new newer", "string"]], "socketsJoin");
  await nodes[2].do("leave", { rooms: ["new"] }, ["new", "newer"]);
  await context.eventually(() => describe({ rooms: ["new"] }), [], "socketsLeave");
}

async function checkServerSideEmit(context, nodes) {
  await nodes[0].do("serverSideEmit", ["hello", 1, "two"]);
  for (const node of nodes.slice(1)) {
    await context.eventually(() => node.do("events"), [[1, "two"]], "serverSideEmit");
  }
  context.equal(await nodes[0].do("events"), [], "serverSideEmit does not come back");
  const answers = await nodes[1].do("serverSideEmitWithAck", ["hello"]);
  context.equal(answers, { count: 2 }, "serverSideEmitWithAck");
}

async function checkDisconnect(context, nodes, [a, b]) {
  await nodes[0].do("disconnect", { rooms: ["even"] }, false);
  await context.eventually(() => b.socket.connected, false, "disconnectSockets");
  context.equal(a.socket.connected, true, "disconnectSockets leaves the others alone");
}

/** The third node dies without a word: the others go on, and stop waiting for it. */
async function checkDeath(context, nodes, clients, { requests = true, countsNodes = true }) {
  await nodes[2].kill();
  await context.eventually(() => clients[2].socket.connected, false, "the client of a dead node knows");
  const alive = clients.slice(0, 2);
  for (const client of alive) client.take();
  await nodes[0].do("emit", {}, ["still", "here"]);
  await expectEvents(context, alive, [[["still", "here"]], [["still", "here"]]], "broadcast without the dead node");
  if (countsNodes) {
    await context.eventually(() => nodes[0].do("serverCount"), 2, "the dead node is not counted", 15_000);
  }
  if (!requests) return;
  const sockets = await nodes[0].do("fetchSockets", {});
  context.equal(sockets.map(({ name }) => name).sort(), ["a", "b"], "fetchSockets without the dead node");
  const answers = await nodes[0].do("emitWithAck", {}, ["question"]);
  context.equal(sorted(answers), ["a", "b"], "acknowledgements without the dead node");
}

/** Answers come in any order. */
function sorted(answers) {
  return Array.isArray(answers) ? answers.map(String).sort() : answers;
}
