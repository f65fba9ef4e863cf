import { decodePacket, decodePayload, encodePacket, encodePayload } from "engine.io-parser-v3";
import { ERROR_PACKET, toBuffer, type Codec } from "./codec.js";
import { type EnginePacket, textOf } from "./packet.js";

/** Engine.IO protocol v3, by the npm codec of that revision. */
export const codecV3: Codec = {
  encodePacket(packet, supportsBinary) {
    let encoded: string | Buffer = "";
    encodePacket(withText(packet), supportsBinary, false, (result) => (encoded = result));
    return encoded;
  },

  decodePacket(data) {
    return known(decodePacket(data, "nodebuffer", false) as EnginePacket);
  },

  encodePayload(packets, supportsBinary) {
    let encoded: string | Buffer = "";
    encodePayload(packets.map(withText), supportsBinary, (result) => (encoded = result));
    return encoded;
  },

  decodePayload(body, maxPackets) {
    const packets: EnginePacket[] = [];
    decodePayload(body, "nodebuffer", (packet) => {
      if (packets.at(-1)?.type === "error") {
        return false; // which it heeds in text only
      }
      packets.push(packets.length < maxPackets ? known(packet as EnginePacket) : ERROR_PACKET);
      return packets.at(-1)?.type === "error" || packets.length > maxPackets ? false : undefined;
    });
    return packets;
  },
};

/** That codec gives a binary packet of an unknown type no type at all. */
function known(packet: EnginePacket): EnginePacket {
  return (packet.type as string | undefined) === undefined ? ERROR_PACKET : packet;
}

/** That codec knows text and binary only: a number is sent as its text, as it always was. */
function withText(packet: EnginePacket): EnginePacket {
  const data: unknown = packet.data;
  const bytes = toBuffer(data);
  if (data === undefined || typeof data === "string" || (bytes !== null && bytes === data)) return packet;
  return { ...packet, data: bytes ?? textOf(packet.data) };
}
