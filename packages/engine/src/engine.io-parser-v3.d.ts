/** The part of `engine.io-parser` 2.x (Engine.IO protocol v3) that is used here. */
declare module "engine.io-parser-v3" {
  interface Packet {
    type: string;
    data?: unknown;
  }
  export function encodePacket(
    packet: Packet,
    supportsBinary: boolean,
    utf8encode: boolean,
    callback: (encoded: string | Buffer) => void,
  ): void;
  export function decodePacket(data: string | Buffer, binaryType: "nodebuffer", utf8decode: boolean): Packet;
  export function encodePayload(
    packets: readonly Packet[],
    supportsBinary: boolean,
    callback: (encoded: string | Buffer) => void,
  ): void;
  export function decodePayload(
    data: string | Buffer,
    binaryType: "nodebuffer",
    callback: (packet: Packet, index: number, total: number) => false | undefined,
  ): void;
}
