import { expect } from "vitest";
import type { Attack } from "../attack.ts";
import { expectEcho, type Transport } from "../attacker/target.ts";

type Packets = readonly (string | Buffer)[];
const BYTES = Buffer.from([1, 2, 3]);
const slot = (num: unknown, more = ""): string => `{"_placeholder":true,"num":${JSON.stringify(num)}${more}}`;
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

/** Packets after which the connection is ended. */
const FATAL: readonly [name: string, packets: Packets][] = [
  ["packet type that is no digit", ["4a"]],
  ["packet type 7", ["47"]],
  ["packet type as a fraction", ["42.5[]"]],
  ["packet of nothing", ["4"]],
  ["CONNECT twice", ["40"]],
  ["CONNECT_ERROR from a client", ['44{"message":"x"}']],
  ["CONNECT with a string", ['40/team-a,"x"']],
  ["CONNECT with an array", ["40/team-a,[]"]],
  ["DISCONNECT with data", ["41[]"]],
  ["event in a namespace which was not joined", ['42/team-a,["echo",1]']],
  ["ack in a namespace which was not joined", ["43/team-a,1[]"]],
  ["DISCONNECT of a namespace which was not joined", ["41/team-a,"]],
  ["event without data", ["42"]],
  ["event that is an object", ['42{"0":"echo","length":1}']],
  ["event that is an empty array", ["42[]"]],
  ["event that is a string", ['42"echo"']],
  ["event named by null", ["42[null]"]],
  ["event named by an object", ['42[{"toString":"echo"}]']],
  ["event named by an array", ['42[["echo"],1]']],
  ["event named by a boolean", ["42[true]"]],
  ["event named by a number beyond all numbers", ["42[1e999]"]],
  ...["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"].map(
    (name) => [`reserved event ${name}`, [`42["${name}","x"]`]] as [string, Packets],
  ),
  ["JSON that ends too early", ['42["echo"']],
  ["JSON with something behind it", ['42["echo"]]']],
  ["JSON with a comment", ['42["echo"/**/]']],
  ["ack id beyond 2^53", ['429007199254740993["echo",1]']],
  ["ack id of 1,000 digits", [`42${"9".repeat(1_000)}["echo",1]`]],
  ["negative ack id", ['42-1["echo",1]']],
  ["ack that is an object", ["430{}"]],
  ["binary nobody announced", [BYTES]],
  ["attachment count of 0", ['450-["echo",1]']],
  ["attachment count missing", [`45["echo",${slot(0)}]`]],
  ["attachment count as 1e0", [`451e0-["echo",${slot(0)}]`]],
  ["attachment count as 0x1", [`450x1-["echo",${slot(0)}]`]],
  ["attachment count with a blank", [`45 1-["echo",${slot(0)}]`]],
  ["attachment count as a fraction", [`451.0-["echo",${slot(0)}]`]],
  ["attachment count with a sign", [`45+1-["echo",${slot(0)}]`]],
  ["attachment count of 1,000,000", ['451000000-["echo"]']],
  ["attachment count of 11", [`4511-["echo",${Array.from({ length: 11 }, (_, i) => slot(i)).join(",")}]`]],
  ["attachments announced and not used", ['451-["echo",1]', BYTES]],
  ["placeholder index as a string", [`451-["echo",${slot("0")}]`, BYTES]],
  ["placeholder index named like a method", [`451-["echo",${slot("splice")}]`, BYTES]],
  ["placeholder index below 0", [`451-["echo",${slot(-1)}]`, BYTES]],
  ["placeholder index beyond the end", [`451-["echo",${slot(1)}]`, BYTES]],
  ["placeholder index as a fraction", [`451-["echo",${slot(0.5)}]`, BYTES]],
  ["placeholder index as null", [`451-["echo",${slot(null)}]`, BYTES]],
  ["placeholder index missing", ['451-["echo",{"_placeholder":true}]', BYTES]],
  ["placeholder index used twice", [`451-["echo",${slot(0)},${slot(0)}]`, BYTES]],
  ["placeholder nobody announced", [`42["echo",${slot(0)}]`]],
  ["placeholder nobody announced, with escapes", ['42["echo",{"\\u005fplaceholder":true,"num":0}]']],
  ["placeholder nobody announced, inside of objects", [`42["echo",{"a":[{"b":${slot(5)}}]}]`]],
  ["placeholder in an ack nobody announced", [`431[${slot(0)}]`]],
  ["text in the place of an attachment", [`451-["echo",${slot(0)}]`, '42["echo",1]']],
  ["1,001 arguments", [`42["echo"${",1".repeat(1_001)}]`]],
  ["300,000 arguments", [`42["echo"${",1".repeat(300_000)}]`]],
  ["300,000 values in an ack", [`430[1${",1".repeat(300_000)}]`]],
  ["arrays 513 deep", [`42["echo",${nested(512)}]`]],
  ["arrays 100,000 deep", [`42["echo",${nested(100_000)}]`]],
  ["objects 50,000 deep", [`42["echo",${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}]`]],
  ["arrays 400,000 deep that never close", [`42["echo",${"[".repeat(400_000)}`]],
  ["auth 100,000 deep", [`40/team-a,{"a":${nested(100_000)}}`]],
  ["depth in a binary event", [`451-["echo",${slot(0)},${nested(100_000)}]`, BYTES]],
];

/** Packets without consequence, but perhaps an answer. */
const HARMLESS: readonly [name: string, packets: Packets, answers?: readonly string[]][] = [
  ["ack of an unknown id", ["439007199254740991[]", '430["x"]']],
  ["ack of the same id twice", ["430[]", "430[]"]],
  ["event nobody listens to", ['42["no such event",1,2,3]']],
  ["event named error", ['42["error","x"]']],
  ["event named by a number", ["42[7,1]"]],
  ["event named by the empty string", ['42["",1]']],
  ["event named message", ['42["message",{}]']],
  ["number beyond all numbers", ['420["echo",1e999]'], ["30[null]"]],
  ["ack id with leading zeros", ['42007["echo",1]'], ["37[1]"]],
  ["1,000 arguments", [`42["nobody"${",1".repeat(1_000)}]`]],
  ["arrays 510 deep", [`420["echo",${nested(509)}]`], [`30[${nested(509)}]`]],
  ["brackets inside of strings", [`420["echo","${"[".repeat(10_000)}"]`], [`30["${"[".repeat(10_000)}"]`]],
  ["placeholder that says false", ['420["echo",{"_placeholder":false,"num":0}]']],
  ["CONNECT to a namespace which refuses", ["40/no,"], ['4/no,{"message":"no entry","data":{"code":7}}']],
  ["CONNECT to a namespace nobody made", ["40/nobody,"], ['4/nobody,{"message":"Invalid namespace"}']],
  ["CONNECT to a namespace of 10,000 characters", [`40/${"n".repeat(10_000)},`]],
  ["noop packets", ["6", "6", "6"]],
];

const TRANSPORTS: readonly Transport[] = ["websocket", "polling"];

/** Socket.IO protocol v5 as an attacker speaks it, on both transports. */
export const packets: Attack[] = [
  ...FATAL.flatMap(([name, list]) =>
    TRANSPORTS.map((transport): Attack => ({
      name: `${name} (${transport})`,
      run: async (server) => {
        const peer = await server.member(transport);
        await peer.send(...list);
        expect(await peer.ended()).toBe(true);
      },
    })),
  ),
  ...HARMLESS.flatMap(([name, list, answers = []]) =>
    TRANSPORTS.map((transport): Attack => ({
      name: `${name} (${transport})`,
      run: async (server) => {
        const peer = await server.member(transport);
        await peer.send(...list);
        for (const answer of answers) expect(await peer.next()).toBe(answer);
        await expectEcho(peer);
      },
    })),
  ),
  {
    name: "attachments beyond the limit together",
    run: async (server) => {
      const peer = await server.member("websocket");
      const part = Buffer.alloc(400_000);
      await peer.send(`453-["echo",${slot(0)},${slot(1)},${slot(2)}]`, part, part, part);
      expect(await peer.ended()).toBe(true);
    },
  },
];
