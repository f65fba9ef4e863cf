import { once } from "node:events";
import { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { isAnswered } from "../answered.js";
import type { EngineRequest } from "../request.js";
import { UwsResponse } from "./uws-response.js";

function made(): { readonly response: UwsResponse; readonly replies: unknown[] } {
  const replies: unknown[] = [];
  const request = { method: "GET", headers: {}, httpVersionMajor: 1, httpVersionMinor: 1 } as unknown as EngineRequest;
  const response = new UwsResponse(
    request,
    (...reply) => replies.push(reply),
    () => replies.push("cut"),
  );
  return { response, replies };
}

describe("response of middlewares over uWebSockets.js", () => {
  it("stays what it is when Express gives it another prototype", () => {
    const { response, replies } = made();
    Object.setPrototypeOf(response, Object.create(ServerResponse.prototype) as object);
    response.setHeader("foo", "bar");
    expect(response.takeHeaders(200)).toEqual({ foo: "bar" });
    response.end("tea");
    expect(replies).toEqual([[200, { foo: "bar" }, Buffer.from("tea")]]);
  });

  it("tells of its end, as any other", async () => {
    const { response } = made();
    const told: string[] = [];
    for (const event of ["finish", "close"]) response.on(event, () => told.push(event));
    response.end();
    await once(response, "close");
    expect([told, response.writableEnded]).toEqual([["finish", "close"], true]);
  });

  it("has begun with its first bytes, and is whole at its end", () => {
    const { response, replies } = made();
    response.statusCode = 202;
    response.write("dGVh", "base64");
    expect([isAnswered(response), replies]).toEqual([true, []]);
    response.setHeader("late", "1").appendHeader("late", "2").removeHeader("late");
    response.end("!");
    expect([response.write("late"), replies]).toEqual([false, [[202, {}, Buffer.from("tea!")]]]);
  });

  it("cuts the connection, once, when it is destroyed", () => {
    const { response, replies } = made();
    response.destroy().destroy();
    expect(replies).toEqual(["cut"]);
  });
});
