import type { CompressionDone } from "../core/compression-port.js";
import { parseExtensions, type Extension, type ExtensionParam } from "../core/extension-header.js";
import {
  acceptAnswer,
  acceptOffer,
  formatOffer,
  illegalOffer,
  PERMESSAGE_DEFLATE,
  type DeflateParams,
  type PerMessageDeflateOptions,
} from "../core/permessage-deflate.js";
import { createCompression, type Compression } from "./compression.js";
import { SYNC_TAIL } from "./inflate-run.js";

/** Parameters of an offer or answer: name to value, `true` where there is none. */
export type ExtensionValues = Record<string, string | number | boolean>;

/** Options of a `PerMessageDeflate`. */
export interface PerMessageDeflateCompatOptions extends PerMessageDeflateOptions {
  /** Default false. */
  readonly isServer?: boolean | undefined;
  /** Longest message in bytes when inflated; 0 means no limit. Default 0. */
  readonly maxPayload?: number | undefined;
}

/** What a connection compresses with; null before anything was agreed on. No method: `ws` has none. */
export let compressionOf: (deflate: PerMessageDeflate) => Compression | null;

/** `ws`'s permessage-deflate of one connection: it negotiates, then compresses and decompresses (RFC 7692). */
export class PerMessageDeflate {
  static readonly extensionName: string = PERMESSAGE_DEFLATE;
  private readonly options: PerMessageDeflateCompatOptions;
  private readonly role: "server" | "client";
  private compression: Compression | null = null;
  /** What was agreed on, null before. */
  params: ExtensionValues | null = null;

  static {
    compressionOf = (deflate) => deflate.compression;
  }

  constructor(options: PerMessageDeflateCompatOptions = {}) {
    this.options = options;
    this.role = options.isServer === true ? "server" : "client";
  }

  /** What a client asks for. */
  offer(): ExtensionValues {
    return toValues(readHeader(formatOffer(this.options)));
  }

  /**
   * Takes the first acceptable offer as a server, the one answer as a client.
   *
   * @param configurations each with its parameters, as `extension.parse` reads them
   * @returns the parameters of the answer
   * @throws {Error} when there is none to take
   */
  accept(configurations: readonly Record<string, readonly (string | true)[]>[]): ExtensionValues {
    const extensions = configurations.map((values) => ({ name: PERMESSAGE_DEFLATE, params: toParams(values) }));
    const agreed = this.role === "server" ? this.takeOffer(extensions) : this.takeAnswer(extensions);
    this.compression = createCompression(this.role, agreed.params, this.options);
    this.params = agreed.values;
    return agreed.values;
  }

  /** @param fin false: more fragments of the message follow */
  compress(data: Buffer | string, fin: boolean, done: CompressionDone): void {
    const payload = typeof data === "string" ? Buffer.from(data) : data;
    this.agreed().deflater.deflate(payload, (error, deflated) => {
      // A fragment keeps the tail that only the end of a message goes without (RFC 7692 §7.2.1).
      done(error, deflated === null || fin ? deflated : Buffer.concat([deflated, SYNC_TAIL]));
    });
  }

  /** @param fin false: more fragments of the message follow, each as `compress` makes it */
  decompress(data: Buffer, fin: boolean, done: CompressionDone): void {
    const hasTail = !fin && data.subarray(-SYNC_TAIL.length).equals(SYNC_TAIL);
    const payload = hasTail ? data.subarray(0, -SYNC_TAIL.length) : data;
    this.agreed().inflater.inflate(payload, this.options.maxPayload ?? 0, done);
  }

  /** Releases both directions; callbacks that are due are not called. */
  cleanup(): void {
    this.compression?.deflater.dispose();
    this.compression?.inflater.dispose();
  }

  /** Both directions, for a `Receiver` and a `Sender`. @throws {Error} before `accept` */
  agreed(): Compression {
    if (this.compression === null) throw new Error("permessage-deflate is used before `accept`");
    return this.compression;
  }

  /** As `ws`: one that is illegal spoils all, and contexts are kept unless an option or the offer says otherwise. */
  private takeOffer(extensions: readonly Extension[]): Agreement {
    for (const { params } of extensions) {
      const error = illegalOffer(params);
      if (error !== null) throw error;
    }
    for (const extension of extensions) {
      const asks = (name: string): boolean => extension.params.some((param) => param.name === name);
      const {
        serverNoContextTakeover = asks("server_no_context_takeover"),
        clientNoContextTakeover = asks("client_no_context_takeover"),
      } = this.options;
      const accepted = acceptOffer([extension], { ...this.options, serverNoContextTakeover, clientNoContextTakeover });
      if (accepted !== null) return { params: accepted.params, values: toValues(readHeader(accepted.header)) };
    }
    throw new Error("None of the extension offers can be accepted");
  }

  private takeAnswer(extensions: readonly Extension[]): Agreement {
    const [answer = { name: PERMESSAGE_DEFLATE, params: [] }] = extensions;
    const params = acceptAnswer(answer, this.options);
    if (params instanceof Error) throw params;
    return { params, values: toValues(answer.params) };
  }
}

interface Agreement {
  readonly params: DeflateParams;
  readonly values: ExtensionValues;
}

/** The parameters of one extension as we write it. */
function readHeader(header: string): readonly ExtensionParam[] {
  const parsed = parseExtensions(header);
  if (parsed instanceof SyntaxError) throw parsed;
  return parsed[0]?.params ?? [];
}

function toParams(values: Record<string, readonly (string | true)[]>): ExtensionParam[] {
  return Object.entries(values).flatMap(([name, list]) =>
    list.map((value) => ({ name, value: value === true ? null : value })),
  );
}

function toValues(params: readonly ExtensionParam[]): ExtensionValues {
  const values: ExtensionValues = {};
  for (const { name, value } of params) values[name] = value === null ? true : Number(value);
  return values;
}
