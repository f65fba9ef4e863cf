import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineTarget, SERVERS } from "./engine-target.js";
import { MAX_PAYLOAD, PING_INTERVAL, PING_TIMEOUT, sleep, type Target } from "./support.js";

// The cases of the protocol's own suite (engine.io-protocol, revision 4), in our words.

describe.each(SERVERS)("Engine.IO protocol 4: %s", (name) => {
  let target: Target;
  beforeAll(async () => void (target = await engineTarget(name, 4)));
  afterAll(() => target.close());

  async function openPolling(): Promise<string> {
    const text = await (await target.fetch(target.query("polling"))).text();
    return JSON.parse(text.slice(1)).sid;
  }

  const handshake = (upgrades: string[]): unknown => ({
    sid: expect.any(String),
    upgrades,
    pingInterval: PING_INTERVAL,
    pingTimeout: PING_TIMEOUT,
    maxPayload: MAX_PAYLOAD,
  });

  const BAD_QUERIES = ["transport=polling", "EIO=abc&transport=polling", "EIO=4", "EIO=4&transport=abc"];
  const BAD_UPGRADES = ["transport=websocket", "EIO=abc&transport=websocket", "EIO=4", "EIO=4&transport=abc"];

  describe("handshake", () => {
    it("opens a session by polling", async () => {
      const response = await target.fetch(target.query("polling"));
      expect(response.status).toBe(200);
      const text = await response.text();
      expect(text[0]).toBe("0");
      expect(JSON.parse(text.slice(1))).toEqual(handshake(["websocket"]));
    });

    it.each(BAD_QUERIES)("refuses %s by polling", async (query) => {
      expect((await target.fetch(query)).status).toBe(400);
    });

    it.each(["POST", "PUT"])("refuses the method %s", async (method) => {
      expect((await target.fetch(target.query("polling"), { method })).status).toBe(400);
    });

    it("opens a session by websocket", async () => {
      const open = String(await target.connect(target.query("websocket")).next());
      expect(open[0]).toBe("0");
      expect(JSON.parse(open.slice(1))).toEqual(handshake([]));
    });

    it.each(BAD_UPGRADES)("refuses %s by websocket", async (query) => {
      await target.connect(query).closed;
    });
  });

  describe("message", () => {
    it.each([
      ["one text packet", "4hello"],
      ["several text packets", "4test1\x1e4test2\x1e4test3"],
      ["text and binary packets", "4hello\x1ebAQIDBA=="],
    ])("carries a payload of %s", async (_title, payload) => {
      const sid = await openPolling();
      const posted = await target.post(sid, payload);
      expect([posted.status, await posted.text()]).toEqual([200, "ok"]);
      const polled = await target.poll(sid);
      expect(polled.status).toBe(200);
      let echoed = await polled.text();
      // A server may answer in as many payloads as it likes.
      while (echoed.length < payload.length) echoed += `\x1e${await (await target.poll(sid)).text()}`;
      expect(echoed).toBe(payload);
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
      expect((await first).status).toBe(200);
      expect(await (await first).text()).toBe("1");
      expect([400, 500]).toContain(second.status);
      expect((await target.poll(sid)).status).toBe(400);
    });

    it("carries text and binary by websocket", async () => {
      const line = await target.openWebSocket();
      line.send("4hello");
      line.send(Uint8Array.of(1, 2, 3, 4));
      expect(await line.take(2)).toEqual(["4hello", Uint8Array.of(1, 2, 3, 4)]);
    });

    it("closes the websocket for a malformed packet", async () => {
      const line = await target.openWebSocket();
      line.send("abc");
      await line.closed;
    });
  });

  describe("heartbeat", () => {
    it("is sent to polls", async () => {
      const sid = await openPolling();
      for (let round = 0; round < 3; round++) {
        const polled = await target.poll(sid);
        expect([polled.status, await polled.text()]).toEqual([200, "2"]);
        expect((await target.post(sid, "3")).status).toBe(200);
      }
    });

    it("closes a session by polling that does not answer", async () => {
      const sid = await openPolling();
      await sleep(PING_INTERVAL + PING_TIMEOUT + 50);
      expect((await target.poll(sid)).status).toBe(400);
    });

    it("is sent to websockets", async () => {
      const line = await target.openWebSocket();
      for (let round = 0; round < 3; round++) {
        expect(await line.next({ pings: true })).toBe("2");
        line.send("3");
      }
    });

    it("closes a websocket that does not answer", async () => {
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
      expect((await target.post(sid, "1")).status).toBe(200);
      expect([(await polled).status, await (await polled).text()]).toEqual([200, "6"]);
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
      expect(await (await target.poll(sid)).text()).toBe("6");
      line.send("5");
      line.send("4hello");
      expect(await line.next()).toBe("4hello");
    });

    it("refuses polls of an upgraded session", async () => {
      const sid = await openPolling();
      const line = await target.openCandidate(sid);
      line.send("2probe");
      expect(await line.next()).toBe("3probe");
      line.send("5");
      line.send("4hello");
      expect(await line.next()).toBe("4hello");
      expect((await target.poll(sid)).status).toBe(400);
      line.send("4hello");
      expect(await line.next()).toBe("4hello");
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
