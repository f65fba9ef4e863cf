import { describe, expect, it } from "vitest";
import { parseExtensions, type Extension } from "./extension-header.js";
import {
  acceptAnswer,
  acceptOffer,
  assertDeflateOptions,
  formatOffer,
  type DeflateParams,
  type PerMessageDeflateOptions,
} from "./permessage-deflate.js";

const parse = (header: string): readonly Extension[] => {
  const extensions = parseExtensions(header);
  if (extensions instanceof SyntaxError) throw extensions;
  return extensions;
};
const server = (offer: string, options: PerMessageDeflateOptions = {}): string | null =>
  acceptOffer(parse(offer), options)?.header ?? null;

/** Contexts of both sides may be kept. */
const TAKEOVER: PerMessageDeflateOptions = { serverNoContextTakeover: false, clientNoContextTakeover: false };
const ALONE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

describe("negotiation by a server, RFC 7692 §7.1", () => {
  it.each<[string, PerMessageDeflateOptions, string | null]>([
    ["permessage-deflate", {}, ALONE],
    ["permessage-deflate; client_max_window_bits", {}, ALONE],
    ["permessage-deflate", TAKEOVER, "permessage-deflate"],
    ["permessage-deflate; client_no_context_takeover", TAKEOVER, "permessage-deflate"],
    ["permessage-deflate; server_no_context_takeover", TAKEOVER, null],
    ["permessage-deflate; server_max_window_bits=10", TAKEOVER, "permessage-deflate; server_max_window_bits=10"],
    ["permessage-deflate; server_max_window_bits=8", TAKEOVER, "permessage-deflate; server_max_window_bits=8"],
    ["permessage-deflate; server_max_window_bits=15", TAKEOVER, "permessage-deflate; server_max_window_bits=15"],
    ['permessage-deflate; server_max_window_bits="12"', TAKEOVER, "permessage-deflate; server_max_window_bits=12"],
    [
      "permessage-deflate; server_max_window_bits=12",
      { ...TAKEOVER, serverMaxWindowBits: 10 },
      "permessage-deflate; server_max_window_bits=10",
    ],
    [
      "permessage-deflate; server_max_window_bits=10",
      { ...TAKEOVER, serverMaxWindowBits: 12 },
      "permessage-deflate; server_max_window_bits=10",
    ],
    ["permessage-deflate", { ...TAKEOVER, serverMaxWindowBits: 12 }, "permessage-deflate; server_max_window_bits=12"],
    ["permessage-deflate; server_max_window_bits=12", { serverMaxWindowBits: false }, null],
    ["permessage-deflate; client_max_window_bits=10", TAKEOVER, "permessage-deflate; client_max_window_bits=10"],
    [
      "permessage-deflate; client_max_window_bits=12",
      { ...TAKEOVER, clientMaxWindowBits: 10 },
      "permessage-deflate; client_max_window_bits=10",
    ],
    [
      "permessage-deflate; client_max_window_bits",
      { ...TAKEOVER, clientMaxWindowBits: 10 },
      "permessage-deflate; client_max_window_bits=10",
    ],
    ["permessage-deflate", { ...TAKEOVER, clientMaxWindowBits: 10 }, null],
    ["permessage-deflate", { ...TAKEOVER, clientMaxWindowBits: 15 }, "permessage-deflate"],
    ["permessage-deflate", { ...TAKEOVER, clientMaxWindowBits: true }, "permessage-deflate"],
    ["permessage-deflate; client_max_window_bits=10", { clientMaxWindowBits: false }, ALONE],
    ["x-unknown, permessage-deflate", {}, ALONE],
    ["x-unknown", {}, null],
    ["permessage-deflate; unknown_parameter, permessage-deflate", {}, ALONE],
    [
      "permessage-deflate; server_max_window_bits=10, permessage-deflate",
      TAKEOVER,
      "permessage-deflate; server_max_window_bits=10",
    ],
    [
      "permessage-deflate;server_no_context_takeover;client_no_context_takeover;server_max_window_bits=9;client_max_window_bits=9",
      {},
      `${ALONE}; server_max_window_bits=9; client_max_window_bits=9`,
    ],
  ])("answers %j with options %j: %j", (offer, options, answer) => {
    expect(server(offer, options)).toBe(answer);
  });

  it("returns what the answer says", () => {
    expect(
      acceptOffer(parse("permessage-deflate; server_max_window_bits=9; client_max_window_bits"), {})?.params,
    ).toEqual({
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 9,
      clientMaxWindowBits: 15,
    } satisfies DeflateParams);
  });

  it.each([
    "server_max_window_bits=7",
    "server_max_window_bits=16",
    "server_max_window_bits=08",
    "server_max_window_bits=+9",
    "server_max_window_bits=9.0",
    "server_max_window_bits=0x9",
    "server_max_window_bits",
    "server_max_window_bits=abc",
    "server_max_window_bits=100",
    "server_max_window_bits=9; server_max_window_bits=10",
    "client_max_window_bits=7",
    "client_max_window_bits=16",
    "client_max_window_bits=1e1",
    'client_max_window_bits=""',
    'server_no_context_takeover=""',
    "client_max_window_bits; client_max_window_bits=10",
    "client_max_window_bits=10; client_max_window_bits=10",
    "server_no_context_takeover=1",
    "server_no_context_takeover; server_no_context_takeover",
    "client_no_context_takeover=true",
    "client_no_context_takeover; client_no_context_takeover",
    "unknown_parameter",
    "__proto__=1",
  ])("declines the illegal offer %s", (params) => {
    expect(server(`permessage-deflate; ${params}`)).toBeNull();
  });
});

describe("negotiation by a client, RFC 7692 §7.1", () => {
  it.each<[PerMessageDeflateOptions, string]>([
    [{}, "permessage-deflate; client_max_window_bits"],
    [{ clientMaxWindowBits: false }, "permessage-deflate"],
    [{ clientMaxWindowBits: 10 }, "permessage-deflate; client_max_window_bits=10"],
    [{ serverMaxWindowBits: 9, clientMaxWindowBits: false }, "permessage-deflate; server_max_window_bits=9"],
    [
      { serverNoContextTakeover: true, clientNoContextTakeover: true },
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits",
    ],
  ])("offers for %j: %s", (options, offer) => {
    expect(formatOffer(options)).toBe(offer);
  });

  const client = (answer: string, options: PerMessageDeflateOptions = {}): DeflateParams | Error => {
    const [first] = parse(answer);
    if (first === undefined) throw new Error(answer);
    return acceptAnswer(first, options);
  };
  const agreed = {
    serverNoContextTakeover: false,
    clientNoContextTakeover: true,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  };

  it.each<[string, PerMessageDeflateOptions, DeflateParams]>([
    ["permessage-deflate", {}, agreed],
    ["permessage-deflate", { clientNoContextTakeover: false }, { ...agreed, clientNoContextTakeover: false }],
    ["permessage-deflate; client_no_context_takeover", { clientNoContextTakeover: false }, agreed],
    ["permessage-deflate; server_no_context_takeover", {}, { ...agreed, serverNoContextTakeover: true }],
    ["permessage-deflate; server_max_window_bits=8", {}, { ...agreed, serverMaxWindowBits: 8 }],
    [
      "permessage-deflate; server_max_window_bits=9",
      { serverMaxWindowBits: 10 },
      { ...agreed, serverMaxWindowBits: 9 },
    ],
    ["permessage-deflate; client_max_window_bits=9", {}, { ...agreed, clientMaxWindowBits: 9 }],
    ["permessage-deflate", { clientMaxWindowBits: 11 }, { ...agreed, clientMaxWindowBits: 11 }],
    [
      "permessage-deflate; client_max_window_bits=12",
      { clientMaxWindowBits: 11 },
      { ...agreed, clientMaxWindowBits: 11 },
    ],
  ])("takes %j with options %j", (answer, options, params) => {
    expect(client(answer, options)).toEqual(params);
  });

  it.each<[string, PerMessageDeflateOptions, string]>([
    ["x=1", {}, 'Unknown parameter "x"'],
    ["server_max_window_bits", {}, 'Invalid value for parameter "server_max_window_bits": true'],
    ["server_max_window_bits=08", {}, 'Invalid value for parameter "server_max_window_bits": 08'],
    ["server_max_window_bits=0x9", {}, 'Invalid value for parameter "server_max_window_bits": 0x9'],
    ["client_max_window_bits", {}, 'Invalid value for parameter "client_max_window_bits": true'],
    ["client_max_window_bits=16", {}, 'Invalid value for parameter "client_max_window_bits": 16'],
    ["server_no_context_takeover=1", {}, 'Invalid value for parameter "server_no_context_takeover": 1'],
    [
      "server_max_window_bits=9; server_max_window_bits=9",
      {},
      'Parameter "server_max_window_bits" must have only a single value',
    ],
    [
      "client_no_context_takeover",
      { serverNoContextTakeover: true },
      'Unexpected or invalid parameter "server_no_context_takeover"',
    ],
    [
      "client_no_context_takeover",
      { serverMaxWindowBits: 10 },
      'Unexpected or invalid parameter "server_max_window_bits"',
    ],
    [
      "server_max_window_bits=11",
      { serverMaxWindowBits: 10 },
      'Unexpected or invalid parameter "server_max_window_bits"',
    ],
    [
      "client_max_window_bits=10",
      { clientMaxWindowBits: false },
      'Unexpected or invalid parameter "client_max_window_bits"',
    ],
  ])("fails on %j with options %j: %s", (params, options, message) => {
    expect(client(`permessage-deflate; ${params}`, options)).toMatchObject({ message });
  });
});

describe("options of permessage-deflate", () => {
  it("takes what is in range", () => {
    expect(() =>
      assertDeflateOptions({ serverMaxWindowBits: 8, clientMaxWindowBits: true, threshold: 0, concurrencyLimit: 1 }),
    ).not.toThrow();
  });

  it.each<PerMessageDeflateOptions>([
    { serverMaxWindowBits: 7 },
    { serverMaxWindowBits: 16 },
    { clientMaxWindowBits: 9.5 },
    { threshold: -1 },
    { threshold: Number.NaN },
    { concurrencyLimit: 0 },
  ])("refuses %j with the offending value", (options) => {
    expect(() => assertDeflateOptions(options)).toThrow(String(Object.values(options)[0]));
  });
});
