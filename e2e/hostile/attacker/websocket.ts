import { WAIT_MS, type Line } from "./line.ts";
import { request, response, type Response } from "./http.ts";

export interface FrameParts {
  readonly opcode?: number;
  readonly payload?: string | Buffer;
  readonly fin?: boolean;
  /** The three reserved bits: 4 is RSV1. */
  readonly rsv?: number;
  readonly masked?: boolean;
  /** What the header claims; default: the truth. */
  readonly length?: number | bigint;
}

const KEY = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** The bytes of a frame (RFC 6455 §5.2), within the rules or not. */
export function frame(parts: FrameParts = {}): Buffer {
  const { opcode = 1, fin = true, rsv = 0, masked = true } = parts;
  const payload = Buffer.from(parts.payload ?? "");
  const length = parts.length ?? payload.length;
  const maskBit = masked ? 0x80 : 0;
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  let header: Buffer;
  if (typeof length === "bigint" || length > 0xffff) {
    header = Buffer.alloc(10);
    header.writeBigUInt64BE(BigInt(length), 2);
    header[1] = maskBit | 127;
  } else if (length > 125) {
    header = Buffer.alloc(4);
    header.writeUInt16BE(length, 2);
    header[1] = maskBit | 126;
  } else {
    header = Buffer.from([0, maskBit | length]);
  }
  header[0] = first;
  if (!masked) return Buffer.concat([header, payload]);
  const body = Buffer.from(payload);
  for (let i = 0; i < body.length; i++) body[i]! ^= KEY[i & 3]!;
  return Buffer.concat([header, KEY, body]);
}

export const UPGRADE_HEADERS: Readonly<Record<string, string>> = {
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version": "13",
};

/** The client side of a WebSocket which follows the rules no more than it is told to. */
export class RawWebSocket {
  /** Code of the Close frame; 1005 when it had none. */
  closeCode: number | null = null;
  readonly messages: (string | Buffer)[] = [];
  pongs = 0;

  private constructor(
    readonly line: Line,
    readonly answer: Response,
  ) {}

  /** @throws Error unless the answer is a 101 */
  static async open(
    line: Line,
    target: string,
    headers: Readonly<Record<string, string | readonly string[]>> = {},
  ): Promise<RawWebSocket> {
    line.send(request(target, { headers: { ...UPGRADE_HEADERS, ...headers } }));
    const answer = await response(line);
    if (answer.status !== 101) throw new Error(`upgrade answered with ${answer.status}: ${answer.body}`);
    return new RawWebSocket(line, answer);
  }

  send(...messages: (string | Buffer)[]): this {
    const frames = messages.map((payload) => frame({ opcode: typeof payload === "string" ? 1 : 2, payload }));
    this.line.send(Buffer.concat(frames));
    return this;
  }

  /** The next message. */
  next(waitMs?: number): Promise<string | Buffer> {
    return this.line.until(
      () => {
        this.parse();
        return this.messages.shift();
      },
      "a message",
      waitMs,
    );
  }

  /** The close code; 1006 when the line ended without a Close frame, 0 when it is still open. */
  async closed(waitMs = WAIT_MS): Promise<number> {
    const wanted = (): number | undefined => {
      this.parse();
      return this.closeCode ?? undefined;
    };
    const code = await this.line.until(wanted, "a Close frame", waitMs).catch(() => undefined);
    return code ?? wanted() ?? (this.line.end === "open" ? 0 : 1006);
  }

  private parse(): void {
    for (let at = this.parseOne(); at; at = this.parseOne());
  }

  private parseOne(): boolean {
    const { bytes } = this.line;
    if (bytes.length < 2) return false;
    const short = bytes[1]! & 0x7f;
    const headerBytes = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < headerBytes) return false;
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < headerBytes + length) return false;
    const payload = bytes.subarray(headerBytes, headerBytes + length);
    const opcode = bytes[0]! & 0x0f;
    if (opcode === 1) this.messages.push(payload.toString("utf8"));
    else if (opcode === 2) this.messages.push(Buffer.from(payload));
    else if (opcode === 8) this.closeCode ??= payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    else if (opcode === 10) this.pongs++;
    this.line.take(headerBytes + length);
    return true;
  }
}
