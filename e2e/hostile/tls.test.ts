import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { io } from "@halyard/client";
import { Server } from "@halyard/server";
import { expect, it, onTestFinished } from "vitest";
import { makeCertificates } from "../websocket/certificates.ts";

const certificates = makeCertificates();

async function listen(): Promise<string> {
  const https = createServer(certificates);
  const server = new Server(https);
  https.listen(0, "127.0.0.1");
  await once(https, "listening");
  onTestFinished(async () => {
    await server.close();
  });
  return `https://127.0.0.1:${(https.address() as AddressInfo).port}`;
}

it.each(["polling", "websocket"])("a client refuses a certificate nobody vouches for (%s)", async (transport) => {
  const url = await listen();
  const attempt = (options: object): Promise<string> => {
    const client = io(url, { transports: [transport], reconnection: false, forceNew: true, ...options });
    onTestFinished(() => void client.disconnect());
    return new Promise((resolve) => {
      client.on("connect", () => resolve("connected"));
      client.on("connect_error", () => resolve("refused"));
    });
  };
  expect(await attempt({})).toBe("refused");
  expect(await attempt({ ca: certificates.ca })).toBe("connected");
});
