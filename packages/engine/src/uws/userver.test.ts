import { describe, expect, it } from "vitest";
import type { UwsApp, UwsBehavior, UwsHttpRequest, UwsHttpResponse } from "./uws-port.js";
import { uServer } from "./userver.js";

/** An application that keeps its websocket route. */
function attached(server: uServer): UwsBehavior {
  let behavior: UwsBehavior | undefined;
  const app: UwsApp = {
    any: () => app,
    ws: (_pattern, given) => {
      behavior = given;
      return app;
    },
  };
  server.attach(app);
  if (behavior === undefined) throw new Error("no websocket route");
  return behavior;
}

/** Asks for an upgrade. @returns the status of the answer */
function upgrade(behavior: UwsBehavior): string {
  const request = {
    getMethod: () => "get",
    getUrl: () => "/engine.io/",
    getQuery: () => "EIO=4&transport=websocket",
    getHeader: () => "",
    forEach: () => {},
  } satisfies UwsHttpRequest;
  let status = "";
  const response = {
    writeStatus: (given: string) => (status = given),
    writeHeader: () => {},
    end: () => {},
    cork: (callback: () => void) => callback(),
    onAborted: () => {},
    getRemoteAddressAsText: () => new ArrayBuffer(0),
  } as unknown as UwsHttpResponse;
  behavior.upgrade(response, request, {});
  return status;
}

describe("an engine on uWebSockets.js", () => {
  it.each([
    ["403 Forbidden", 403, (server: uServer) => (server.opts.allowRequest = (_req, done) => done(null, false))],
    ["503 Service Unavailable", 503, (server: uServer) => server.stopAccepting()],
  ])("shows middlewares the status with which an upgrade is refused: %s", (answer, status, refuseAll) => {
    const server = new uServer();
    refuseAll(server);
    const seen: number[] = [];
    server.use((_req, res, next) => {
      const writeHead = res.writeHead.bind(res);
      res.writeHead = (code: number) => {
        seen.push(code);
        return writeHead(code);
      };
      next();
    });
    expect([upgrade(attached(server)), seen]).toEqual([answer, [status]]);
  });
});
