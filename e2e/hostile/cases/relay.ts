import { expect } from "vitest";
import { Decoder } from "socket.io-parser";
import type { Attack } from "../attack.ts";
import { join, type Peer } from "../attacker/peer.ts";
import { expectEcho, type Target, type Transport } from "../attacker/target.ts";
import { frame } from "../attacker/websocket.ts";

/**
 * What an attacker sends to `relay` must reach another client as data, whatever it holds: a stock decoder takes it, and the
 * receiver's connection goes on. `null`: refused, the attacker's connection is ended and the receiver gets nothing.
 */
const VALUES: readonly [name: string, json: string, received: unknown][] = [
  ["placeholder nobody announced", '{"_placeholder":true,"num":0}', null],
  ["placeholder inside of an object", '{"a":{"_placeholder":true,"num":99}}', null],
  ["placeholder written with escapes", '{"_place\\u0068older":true,"num":0}', null],
  ["placeholder under toJSON", '{"toJSON":{"_placeholder":true,"num":0}}', null],
  ["placeholder that is not true", '{"_placeholder":1,"num":0}', { _placeholder: 1, num: 0 }],
  ["record separators", '"a\\u001eb"', "a\x1eb"],
  ["text that looks like packets", '"\\u001e1\\u001e41\\u001e4"', "\x1e1\x1e41\x1e4"],
  ["NUL", '"\\u0000"', "\0"],
  ["lone surrogates", '"\\ud800 \\udfff"', "\ud800 \udfff"],
  ["line and paragraph separators", '"\\u2028\\u2029"', "\u2028\u2029"],
  ["byte order mark", '"\\ufeff"', "\ufeff"],
  ["right-to-left override", '"\\u202e"', "\u202e"],
  ["4 bytes per character", '"😀😀"', "😀😀"],
  ["markup", '"</script><script>alert(1)</script>"', "</script><script>alert(1)</script>"],
  ["depth of almost the limit", "[".repeat(500) + "]".repeat(500), undefined],
  ["objects named like prototypes", '{"constructor":1,"hasOwnProperty":2}', { constructor: 1, hasOwnProperty: 2 }],
  ["own __proto__", '{"__proto__":1}', undefined],
  ["values of Buffer's JSON", '{"type":"Buffer","data":[1]}', { type: "Buffer", data: [1] }],
];

/** Reads the next event as a stock client does. @throws Error when its decoder refuses */
async function receive(peer: Peer): Promise<unknown[]> {
  const decoder = new Decoder();
  const packet = new Promise<unknown[]>((resolve) => {
    decoder.on("decoded", ({ data }) => resolve(data as unknown[]));
  });
  decoder.add(await peer.next());
  return packet;
}

async function victimAndAttacker(server: Target, transport: Transport): Promise<[Peer, Peer]> {
  const victim = await server.member(transport);
  await victim.send('42["join","room"]');
  await expectEcho(victim);
  return [victim, await server.member("websocket")];
}

export const relay: Attack[] = [
  ...VALUES.flatMap(([name, json, received]) =>
    (["websocket", "polling"] as const).map((transport): Attack => ({
      name: `relay of ${name} to ${transport}`,
      run: async (server) => {
        const [victim, attacker] = await victimAndAttacker(server, transport);
        await attacker.send(`42["relay","room",${json}]`);
        if (received === null) {
          expect(await attacker.ended()).toBe(true);
        } else {
          const [event, value] = await receive(victim);
          expect(event).toBe("relayed");
          if (received !== undefined) expect(value).toEqual(received);
        }
        await expectEcho(victim);
      },
    })),
  ),
  {
    name: "relay of a placeholder beside a real attachment",
    run: async (server) => {
      const [victim, attacker] = await victimAndAttacker(server, "websocket");
      const packet = '451-["relay","room",{"_placeholder":true,"num":0},{"_placeholder":true,"num":7}]';
      await attacker.send(packet, Buffer.from("x"));
      expect(await attacker.ended()).toBe(true);
      await expectEcho(victim);
    },
  },
  {
    name: "relay of 10 attachments",
    run: async (server) => {
      const [victim, attacker] = await victimAndAttacker(server, "websocket");
      const slots = Array.from({ length: 10 }, (_, num) => `{"_placeholder":true,"num":${9 - num}}`);
      await attacker.send(`4510-["relay","room",${slots.join(",")}]`, ...slots.map((_, i) => Buffer.from([i])));
      const header = String(await victim.next());
      expect(header.startsWith("510-")).toBe(true);
      for (let i = 0; i < 10; i++) expect(await victim.next()).toEqual(Buffer.from([9 - i]));
      await expectEcho(victim);
    },
  },
  {
    name: "relay of 1,000 arguments",
    run: async (server) => {
      const [victim, attacker] = await victimAndAttacker(server, "websocket");
      await attacker.send(`42["relay","room"${",1".repeat(999)}]`);
      expect(await receive(victim)).toHaveLength(1_000);
    },
  },
  {
    name: "events of others between a packet and its attachment",
    run: async (server) => {
      const [victim, attacker] = await victimAndAttacker(server, "websocket");
      await victim.send('451-["echo",{"_placeholder":true,"num":0}]');
      await attacker.send('42["relay","room","between"]');
      expect(await receive(victim)).toEqual(["relayed", "between"]);
      await victim.send(Buffer.from("x"));
      expect(String(await victim.next())).toBe('51-["echo",{"_placeholder":true,"num":0}]');
      expect(await victim.next()).toEqual(Buffer.from("x"));
    },
  },
  {
    name: "UTF-8 that is none in the body of a POST",
    run: async (server) => {
      const peer = await server.polling();
      await peer.post("40");
      await peer.next();
      await peer.post(
        Buffer.concat([Buffer.from('42["echo","'), Buffer.from("ffc080eda080", "hex"), Buffer.from('"]')]),
      );
      expect(String(await peer.next())).toMatch(/^2\["echo","\ufffd+"\]$/);
    },
  },
  {
    name: "characters cut by the fragments of a message",
    run: async (server) => {
      const peer = await server.websocketPeer();
      await join(peer);
      const bytes = Buffer.from('42["echo","é😀日"]');
      const parts = [...bytes].map((_, i) =>
        frame({ opcode: i === 0 ? 1 : 0, fin: i === bytes.length - 1, payload: bytes.subarray(i, i + 1) }),
      );
      peer.socket.line.send(Buffer.concat(parts));
      expect(await peer.next()).toBe('2["echo","é😀日"]');
    },
  },
  ...["\x1e", "\0", "\n", "é", "😀", "%2f", "//", "..", " ", '"', "{}"].map((character): Attack => ({
    name: `namespace with ${JSON.stringify(character)}`,
    run: async (server) => {
      const peer = await server.member("websocket");
      await peer.send(`40/${character}x,`);
      expect(String(await peer.next())).toBe(`4/${character}x,{"message":"Invalid namespace"}`);
      await expectEcho(peer);
    },
  })),
  ...["\x1e", "\0", "😀", "\ud800", "__proto__"].map((name): Attack => ({
    name: `room ${JSON.stringify(name)}`,
    run: async (server) => {
      const peer = await server.member("websocket");
      const json = JSON.stringify(name);
      await peer.send(`42["join",${json}]`, `42["relay",${json},${json}]`);
      expect(String(await peer.next())).toBe(`2["relayed",${json}]`);
    },
  })),
];
