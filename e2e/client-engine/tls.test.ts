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
