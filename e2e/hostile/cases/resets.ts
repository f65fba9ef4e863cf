import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { request, response } from "../attacker/http.ts";
import type { Line } from "../attacker/line.ts";
import { POLLING, type Target, WEBSOCKET } from "../attacker/target.ts";
import type { Variant } from "../attacker/victim-process.ts";
import { frame, UPGRADE_HEADERS } from "../attacker/websocket.ts";

interface Stage {
  readonly name: string;
  readonly variant?: Variant;
  /** Takes a line as far as the stage. */
  readonly reach: (target: Target) => Promise<Line>;
  /** A half-close here is no end: the session goes on over other lines. */
  readonly keepsSession?: true;
}

const upgradeTo = (target: string, headers: Record<string, string> = {}): Buffer =>
  request(target, { headers: { ...UPGRADE_HEADERS, ...headers } });

/** Each place of an exchange where a line can break (robustness rule 13). */
const STAGES: readonly Stage[] = [
  { name: "before the first byte", reach: (server) => server.line() },
  { name: "in the request line", reach: (server) => server.send("GET /socket.io/?EI") },
  { name: "in the headers", reach: (server) => server.send(upgradeTo(WEBSOCKET).subarray(0, 90)) },
  { name: "right after the upgrade request", reach: (server) => server.send(upgradeTo(WEBSOCKET)) },
  { name: "right after an upgrade request which is refused", reach: (server) => server.send(upgradeTo(POLLING)) },
  { name: "on an upgrade to a path of nobody", reach: (server) => server.send(upgradeTo("/elsewhere/")) },
  {
    name: "while allowRequest decides on an upgrade",
    variant: "gated",
    reach: (server) => server.send(upgradeTo(WEBSOCKET, { "x-admission": "slow" })),
  },
  {
    name: "while allowRequest decides against an upgrade",
    variant: "gated",
    reach: (server) => server.send(upgradeTo(WEBSOCKET, { "x-admission": "slow-no" })),
  },
  {
    name: "while allowRequest decides on polling",
    variant: "gated",
    reach: (server) => server.send(request(POLLING, { headers: { "x-admission": "slow" } })),
  },
  {
    name: "while a middleware decides on an upgrade",
    variant: "gated",
    reach: (server) => server.send(upgradeTo(WEBSOCKET, { "x-middleware": "slow" })),
  },
  {
    name: "while a middleware decides on polling",
    variant: "gated",
    reach: (server) => server.send(request(POLLING, { headers: { "x-middleware": "slow" } })),
  },
  { name: "after the 101", reach: async (server) => (await server.websocket()).line },
  {
    name: "in a frame header",
    reach: async (server) => (await server.websocket()).line.send(Buffer.from([0x81, 0xfe, 0x10])),
  },
  {
    name: "in a payload",
    reach: async (server) => (await server.websocket()).line.send(frame({ payload: "4".repeat(500) }).subarray(0, 99)),
  },
  {
    name: "between fragments",
    reach: async (server) => (await server.websocket()).line.send(frame({ fin: false, payload: "40" })),
  },
  {
    name: "while a namespace decides",
    reach: async (server) => (await server.websocket()).line.send(frame({ payload: "40/slow," })),
  },
  {
    name: "under a middleware which never answers",
    reach: async (server) => (await server.websocket()).line.send(frame({ payload: "40/never," })),
  },
  {
    name: "between a packet and its attachment",
    reach: async (server) => {
      const packets = ["40", '451-["echo",{"_placeholder":true,"num":0}]'];
      return (await server.websocket()).line.send(Buffer.concat(packets.map((payload) => frame({ payload }))));
    },
  },
  {
    name: "while an event waits for its answer",
    reach: async (server) => {
      const packets = ["40", '42["join","r"]', '42["ask","r"]'];
      return (await server.websocket()).line.send(Buffer.concat(packets.map((payload) => frame({ payload }))));
    },
  },
  {
    name: "after Close has been sent",
    reach: async (server) => (await server.websocket()).line.send(frame({ opcode: 8 })),
  },
];

/** The same for the requests of a polling session. */
const POLLING_STAGES: readonly Stage[] = [
  {
    name: "on a held poll",
    reach: async (server) => server.send(request((await server.polling()).target)),
  },
  {
    name: "in the body of a POST",
    reach: async (server) => {
      const { target } = await server.polling();
      return server.send(request(target, { method: "POST", headers: { "Content-Length": "100" }, body: "4" }));
    },
  },
  {
    name: "in a chunk of a POST",
    reach: async (server) => {
      const { target } = await server.polling();
      const head = request(target, { method: "POST", headers: { "Transfer-Encoding": "chunked" } });
      return server.send(Buffer.concat([head, Buffer.from("ff\r\n4")]));
    },
  },
  {
    name: "in a long answer to a poll",
    reach: async (server) => {
      const peer = await server.polling();
      await peer.post('40\x1e42["blast",14]');
      const line = (await server.line()).stopReading();
      return line.send(request(peer.target));
    },
  },
];

async function gone(server: Target): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 100)); // decisions that were under way
  await server.expectNothingLeft();
}

export const resets: Attack[] = [
  ...STAGES.flatMap(({ name, variant = "plain", reach }): Attack[] => [
    {
      name: `reset ${name}`,
      variant,
      run: async (server) => {
        const line = await reach(server);
        await server.hasRead();
        line.reset();
        await gone(server);
      },
    },
    {
      name: `half-close ${name}`,
      variant,
      run: async (server) => {
        const line = await reach(server);
        await server.hasRead();
        line.finish();
        expect(await line.ended()).not.toBe("open");
        // A polling answer may have left before: that session has a heartbeat.
        if (!name.includes("polling")) await gone(server);
      },
    },
  ]),
  ...POLLING_STAGES.flatMap(({ name, reach }): Attack[] => [
    {
      name: `reset ${name}`,
      growthBytes: 20_000_000,
      run: async (server) => {
        const line = await reach(server);
        await server.hasRead();
        line.reset();
        await gone(server);
      },
    },
  ]),
  {
    name: "reset of 200 lines in the middle of their upgrades",
    variant: "gated",
    run: async (server) => {
      const lines = await Promise.all(
        Array.from({ length: 200 }, () => server.send(upgradeTo(WEBSOCKET, { "x-admission": "slow" }))),
      );
      for (const line of lines) line.reset();
      await gone(server);
    },
  },
  {
    name: "data behind an upgrade nobody has decided on",
    variant: "gated",
    run: async (server) => {
      const line = await server.send(upgradeTo(WEBSOCKET, { "x-admission": "slow" }));
      line.send(frame({ payload: "40" }));
      expect((await response(line)).status).toBe(101);
      await line.until(() => (line.bytes.includes('40{"sid"') ? true : undefined), "the answer to CONNECT");
    },
  },
  {
    name: "100 MB behind an upgrade nobody decides on",
    variant: "gated",
    run: async (server) => {
      const line = await server.send(upgradeTo(WEBSOCKET, { "x-admission": "never" }));
      const sent = await line.flood(Buffer.alloc(1_000_000), 100);
      expect(sent).toBeLessThan(100);
    },
  },
];
