/** How many connections an HTTP server has, without those which only wait for a next request: these are closed. */
export function connectionsOf(http) {
  http.closeIdleConnections();
  return new Promise((resolve) => http.getConnections((_error, count) => resolve(count)));
}
