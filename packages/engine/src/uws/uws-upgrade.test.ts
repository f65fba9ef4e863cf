import { describe, expect, it } from "vitest";
import { EngineError, ErrorCode } from "../errors.js";
import type { EngineRequest } from "../request.js";
import type { UwsHttpResponse } from "./uws-port.js";
import { UwsUpgrade } from "./uws-upgrade.js";

function upgrade(): { readonly it: UwsUpgrade; readonly log: string[] } {
  const log: string[] = [];
  const response = {
    writeStatus: (status: string) => log.push(status),
    writeHeader: (name: string, value: string) => log.push(`${name}: ${value}`),
    end: (body: string, close: boolean) => log.push(`end ${body}${close ? " and close" : ""}`),
    close: () => log.push("close"),
    cork: (callback: () => void) => callback(),
    onAborted: () => {},
  } as unknown as UwsHttpResponse;
  const request = { method: "GET", headers: {} } as EngineRequest;
  return { it: new UwsUpgrade(request, response, {}), log };
}

describe("upgrade over uWebSockets.js", () => {
  it.each([
    [ErrorCode.FORBIDDEN, { message: "not you" }, "403 Forbidden", "not you"],
    [ErrorCode.UNKNOWN_SID, {}, "400 Bad Request", "Session ID unknown"],
  ])("refuses code %i as a request, once", (code, context, status, message) => {
    const { it: one, log } = upgrade();
    one.refuse(new EngineError(code, context), { foo: "bar" });
    one.refuse(new EngineError(code, context), {});
    one.close();
    const body = JSON.stringify({ code, message });
    expect(log).toEqual([status, "foo: bar", "Content-Type: application/json", `end ${body} and close`]);
    expect(one.isDone).toBe(true);
  });
});
