import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { response, request } from "../attacker/http.ts";
import { join } from "../attacker/peer.ts";
import { expectEcho, expectRefusal, POLLING, WEBSOCKET } from "../attacker/target.ts";
import { UPGRADE_HEADERS } from "../attacker/websocket.ts";

/** Names every plain object has. */
const NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"];

export const prototypes: Attack[] = [
  ...NAMES.flatMap((name): Attack[] => [
    {
      name: `${name} as session id`,
      run: async (server) => {
        expectRefusal(await server.request(`${POLLING}&sid=${name}`), 1);
        expectRefusal(await server.request(`${POLLING}&sid=${name}`, { method: "POST", body: "40" }), 1);
        const line = await server.send(request(`${WEBSOCKET}&sid=${name}`, { headers: UPGRADE_HEADERS }));
        expectRefusal(await response(line), 1);
      },
    },
    {
      name: `${name} as transport`,
      run: async (server) => {
        expectRefusal(await server.request(`/socket.io/?EIO=4&transport=${name}`), 0);
        const target = `/socket.io/?EIO=4&transport=${name}`;
        expectRefusal(await response(await server.send(request(target, { headers: UPGRADE_HEADERS }))), 0);
      },
    },
    {
      name: `${name} as namespace`,
      run: async (server) => {
        const peer = await server.member("websocket");
        await peer.send(`40/${name},`);
        expect(await peer.next()).toBe(`4/${name},{"message":"Invalid namespace"}`);
        await expectEcho(peer);
      },
    },
    {
      name: `${name} as event`,
      run: async (server) => {
        const peer = await server.member("websocket");
        await peer.send(`42["${name}","x"]`, `420["${name}","x"]`);
        await expectEcho(peer);
      },
    },
    {
      name: `${name} as room`,
      run: async (server) => {
        const peer = await server.member("websocket");
        await peer.send(`42["join","${name}"]`, `42["relay","${name}",1]`, `42["leave","${name}"]`);
        expect(await peer.next()).toBe('2["relayed",1]');
        await expectEcho(peer);
      },
    },
    {
      name: `${name} as WebSocket extension and its parameter`,
      variant: "deflate",
      run: async (server) => {
        const offer = `${name}; ${name}=${name}, permessage-deflate; ${name}`;
        const socket = await server.websocket(WEBSOCKET, { "Sec-WebSocket-Extensions": offer });
        expect(socket.answer.headers).not.toHaveProperty("sec-websocket-extensions");
      },
    },
    {
      name: `${name} as subprotocol`,
      run: async (server) => {
        const socket = await server.websocket(WEBSOCKET, { "Sec-WebSocket-Protocol": name });
        expect([undefined, name]).toContain(socket.answer.headers["sec-websocket-protocol"]);
      },
    },
  ]),
  {
    name: "prototype pollution through JSON",
    run: async (server) => {
      const peer = await server.member("websocket");
      await peer.send('420["echo",{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}]');
      expect(await peer.next()).toMatch(/^30\[\{/);
      await peer.send('421["echo",{}]');
      expect(await peer.next()).toBe("31[{}]");
    },
  },
  {
    name: "prototype pollution through the auth of CONNECT",
    run: async (server) => {
      const peer = await server.session("websocket");
      await join(peer, '40{"__proto__":{"polluted":1},"toString":1}');
      await peer.send('40/eager,{"__proto__":{"token":1}}');
      await peer.next();
      expect(await peer.next()).toContain('2/eager,["late",');
      await expectEcho(peer);
    },
  },
  {
    name: "prototype names as query parameters",
    run: async (server) => {
      const query = NAMES.map((name) => `${name}=x&${name}[a]=y`).join("&");
      expect((await server.request(`${POLLING}&${query}`)).status).toBe(200);
    },
  },
  {
    name: "placeholder under __proto__",
    run: async (server) => {
      const peer = await server.member("websocket");
      await peer.send('451-0["echo",{"__proto__":{"_placeholder":true,"num":0}}]', Buffer.from("x"));
      expect(await peer.ended(500).catch(() => true)).toBeTypeOf("boolean"); // taken or refused, nothing else
    },
  },
  {
    name: "toJSON from the wire",
    run: async (server) => {
      const peer = await server.member("websocket");
      await peer.send('420["echo",{"toJSON":1,"then":{"then":2},"length":-1}]');
      expect(await peer.next()).toBe('30[{"toJSON":1,"then":{"then":2},"length":-1}]');
    },
  },
];
