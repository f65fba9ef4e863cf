import { createPrivateKey } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Socket, type SocketOptions } from "@halyard/client/engine";
import { EchoServer, next } from "../support/engine-server.js";
import { makeCertificates, type Certificates } from "../websocket/certificates.js";

describe.each(["polling", "websocket"])("TLS over %s", (transport) => {
  let certificates: Certificates;
  let server: EchoServer;
  let uri: string;

  beforeAll(async () => {
    certificates = makeCertificates();
    const { ca, cert, key } = certificates;
    server = new EchoServer({}, { ca, cert, key, requestCert: true, rejectUnauthorized: false });
    uri = await server.listen();
  });
  afterAll(() => server.close());

  const meet = async (options: SocketOptions): Promise<unknown> => {
    const socket = new Socket(uri, { transports: [transport], ...options });
    const end = await Promise.race([
      next(socket, "open").then(() => "open"),
      next(socket, "error").then(([error]) => error),
    ]);
    socket.close();
    return end;
  };

  it("a certificate nobody vouches for is refused", async () => {
    expect(await meet({})).toMatchObject({ message: transport === "polling" ? "xhr poll error" : "websocket error" });
  });

  it("ca makes it known", async () => expect(await meet({ ca: certificates.ca })).toBe("open"));

  it("rejectUnauthorized: false takes it as it is", async () => {
    expect(await meet({ rejectUnauthorized: false })).toBe("open");
  });

  it("checkServerIdentity has the last word", async () => {
    const checkServerIdentity = (): Error => new Error("not the one");
    expect(await meet({ ca: certificates.ca, checkServerIdentity })).toBeInstanceOf(Error);
  });

  it.each([
    ["ciphers both sides know", { ciphers: "TLS_AES_256_GCM_SHA384" }, "open"],
    ["a family of addresses", { family: 4 }, "open"],
  ])("%s", async (_title, options, end) => expect(await meet({ ca: certificates.ca, ...options })).toBe(end));

  it("ciphers nobody knows are an error of the connection", async () => {
    expect(await meet({ ca: certificates.ca, ciphers: "nothing" })).toBeInstanceOf(Error);
  });

  it("a passphrase opens the key", async () => {
    const { ca, key } = certificates;
    const locked = createPrivateKey(key).export({
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "sesame",
    });
    const own = { ca, cert: certificates.cert, key: locked };
    expect(await meet({ ...own, passphrase: "sesame" })).toBe("open");
    expect(await meet({ ...own, passphrase: "other" })).toBeInstanceOf(Error);
  });

  it("a client certificate is shown", async () => {
    const shown = new Promise((resolve) =>
      server.engine.once("connection", ({ request }: { request: { socket: object } }) => {
        const { socket } = request as unknown as { socket: { getPeerCertificate(): { subject?: { CN?: string } } } };
        resolve(socket.getPeerCertificate().subject?.CN);
      }),
    );
    expect(await meet(certificates as SocketOptions)).toBe("open");
    expect(await shown).toBe("localhost");
  });
});
