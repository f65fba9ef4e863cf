/** Names that neither side may emit: they would be taken for events of the socket itself. */
export const RESERVED_EVENTS: ReadonlySet<unknown> = new Set([
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
]);

/** Names that `serverSideEmit` refuses: they are events of the namespace itself. */
export const RESERVED_SERVER_SIDE_EVENTS: ReadonlySet<unknown> = new Set(["connect", "connection", "new_namespace"]);

/** @throws Error for a name in `reserved` */
export function assertNotReserved(name: unknown, reserved: ReadonlySet<unknown>): void {
  if (reserved.has(name)) throw new Error(`"${String(name)}" is a reserved event name`);
}
