import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineTarget, SERVERS } from "./engine-target.js";
import { MAX_PAYLOAD, PING_INTERVAL, PING_TIMEOUT, sleep, type Target } from "./support.js";

// The cases of the protocol's own suite (engine.io-protocol, revision 3), in our words, and the binary forms it leaves out.

describe.each(SERVERS)("Engine.IO protocol 3: %s", (name) => {
  let target: Target;
  beforeAll(async () => void (target = await engineTarget(name, 3)));
  afterAll(() => target.close());

  async function openPolling(): Promise<string> {
    const text = await (await target.fetch(target.query("polling"))).text();
    return JSON.parse(text.slice(text.indexOf(":") + 2)).sid;
  }

  const handshake = (upgrades: string[]): unknown => ({
    sid: expect.any(String),
    upgrades,
    pingInterval: PING_INTERVAL,
    pingTimeout: PING_TIMEOUT,
    maxPayload: MAX_PAYLOAD,
  });

  describe("handshake", () => {
    it("opens a session by polling", async () => {
      const text = await (await target.fetch(target.query("polling"))).text();
      const [length, packet] = [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)];
      expect(length).toBe(String(packet.length));
      expect(packet[0]).toBe("0");
      expect(JSON.parse(packet.slice(1))).toEqual(handshake(["websocket"]));
    });

    it.each(["EIO=3", "EIO=3&transport=abc"])("refuses %s by polling", async (query) => {
      expect((await target.fetch(query)).status).toBe(400);
    });

    it.each(["POST", "PUT"])("refuses the method %s", async (method) => {
      expect((await target.fetch(target.query("polling"), { method })).status).toBe(400);
    });

    it("opens a session by websocket", async () => {
      const open = String(await target.connect(target.query("websocket")).next());
      expect(JSON.parse(open.slice(1))).toEqual(handshake([]));
    });

    it.each(["EIO=3", "EIO=3&transport=abc"])("refuses %s by websocket", async (query) => {
      await target.connect(query).closed;
    });
  });

  describe("message", () => {
    it.each([
      ["one text packet", "6:4hello"],
      ["several text packets", "6:4test16:4test26:4test3"],
      ["text beyond ASCII, counted in characters", "3:4€€"],
    ])("carries a payload of %s", async (_title, payload) => {
      const sid = await openPolling();
      const posted = await target.post(sid, payload);
      expect([posted.status, await posted.text()]).toEqual([200, "ok"]);
      let echoed = "";
      while (echoed.length < payload.length) echoed += await (await target.poll(sid)).text();
      expect(echoed).toBe(payload);
    });

    it("carries binary as base64 when the client asks for it", async () => {
      const text = await (await target.fetch(`${target.query("polling")}&b64=1`)).text();
      const { sid } = JSON.parse(text.slice(text.indexOf(":") + 2));
      const post = await target.fetch(`${target.query("polling")}&b64=1&sid=${sid}`, {
        method: "POST",
        body: "10:b4AQIDBA==",
      });
      expect(await post.text()).toBe("ok");
      expect(await (await target.fetch(`${target.query("polling")}&b64=1&sid=${sid}`)).text()).toBe("10:b4AQIDBA==");
    });

    it("carries binary as bytes otherwise", async () => {
      const sid = await openPolling();
      const frame = Uint8Array.of(1, 5, 255, 4, 1, 2, 3, 4);
      const post = await target.fetch(`${target.query("polling")}&sid=${sid}`, {
        method: "POST",
        body: frame,
        headers: { "Content-Type": "application/octet-stream" },
      });
      expect(await post.text()).toBe("ok");
      const polled = await target.poll(sid);
      expect(polled.headers.get("content-type")).toBe("application/octet-stream");
      expect(new Uint8Array(await polled.arrayBuffer())).toEqual(frame);
    });

    it("closes the session for a malformed payload", async () => {
      const sid = await openPolling();
      expect([400, 200]).toContain((await target.post(sid, "abc")).status); // 200 upstream, 400 by the suite
      expect((await target.poll(sid)).status).toBe(400);
    });

    it("closes the session for a second poll", async () => {
      const sid = await openPolling();
      const first = target.poll(sid);
      await sleep(5);
      const second = await target.poll(sid);
      expect(await (await first).text()).toBe("1:1");
      expect([400, 500]).toContain(second.status);
      expect((await target.poll(sid)).status).toBe(400);
    });

    it("carries text and binary by websocket", async () => {
      const line = await target.openWebSocket();
      line.send("4hello");
      line.send(Uint8Array.of(4, 1, 2, 3));
      expect(await line.take(2)).toEqual(["4hello", Uint8Array.of(4, 1, 2, 3)]);
    });

    it("closes the websocket for a malformed packet", async () => {
      const line = await target.openWebSocket();
      line.send("abc");
      await line.closed;
    });
  });

  describe("heartbeat", () => {
    it("answers the pings of polling", async () => {
      const sid = await openPolling();
      for (let round = 0; round < 3; round++) {
        expect((await target.post(sid, "1:2")).status).toBe(200);
        expect(await (await target.poll(sid)).text()).toBe("1:3");
      }
    });

    it("closes a session by polling that does not ping", async () => {
      const sid = await openPolling();
      await sleep(PING_INTERVAL + PING_TIMEOUT + 50);
      expect((await target.post(sid, "1:2")).status).toBe(400);
    });

    it("answers the pings of websockets", async () => {
      const line = await target.openWebSocket();
      for (let round = 0; round < 3; round++) {
        line.send("2");
        expect(await line.next()).toBe("3");
      }
    });

    it("closes a websocket that does not ping", async () => {
      await (
        await target.openWebSocket()
      ).closed;
    });
  });

  describe("close", () => {
    it("frees the waiting poll", async () => {
      const sid = await openPolling();
      const polled = target.poll(sid);
      await sleep(5);
      expect((await target.post(sid, "1:1")).status).toBe(200);
      expect(await (await polled).text()).toBe("1:6");
      expect((await target.poll(sid)).status).toBe(400);
    });

    it("ends the websocket", async () => {
      const line = await target.openWebSocket();
      line.send("1");
      await line.closed;
    });
  });

  describe("upgrade", () => {
    it("takes a session from polling to websocket", async () => {
      const sid = await openPolling();
      const line = await target.openCandidate(sid);
      line.send("2probe");
      expect(await line.next()).toBe("3probe");
      expect(await (await target.poll(sid)).text()).toBe("1:6");
      line.send("5");
      line.send("4hello");
      expect(await line.next()).toBe("4hello");
      expect((await target.poll(sid)).status).toBe(400);
    });

    it("closes a second websocket of an upgraded session, and keeps the first", async () => {
      const sid = await openPolling();
      const line = await target.openCandidate(sid);
      line.send("2probe");
      expect(await line.next()).toBe("3probe");
      line.send("5");
      await target.connect(`${target.query("websocket")}&sid=${sid}`).closed;
      line.send("4hello");
      expect(await line.next()).toBe("4hello");
    });
  });
});
