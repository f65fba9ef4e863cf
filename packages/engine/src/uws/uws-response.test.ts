import { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import type { EngineRequest } from "../request.js";
import { UwsResponse } from "./uws-response.js";

describe("response of middlewares over uWebSockets.js", () => {
  it("stays what it is when Express gives it another prototype", () => {
    const replies: unknown[] = [];
    const request = {
      method: "GET",
      headers: {},
      httpVersionMajor: 1,
      httpVersionMinor: 1,
    } as unknown as EngineRequest;
    const response = new UwsResponse(request, (...reply) => replies.push(reply));
    Object.setPrototypeOf(response, Object.create(ServerResponse.prototype) as object);
    response.setHeader("foo", "bar");
    expect(response.takeHeaders(200)).toEqual({ foo: "bar" });
    response.end("tea");
    expect(replies).toEqual([[200, { foo: "bar" }, Buffer.from("tea")]]);
  });
});
