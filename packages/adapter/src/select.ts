import type { BroadcastOptions, Room, SocketId } from "./types.js";

/** The two maps of a {@link RoomIndex}. */
export interface RoomMaps {
  readonly rooms: ReadonlyMap<Room, ReadonlySet<SocketId>>;
  readonly sids: ReadonlyMap<SocketId, unknown>;
}

/**
 * Calls `visit` once for each socket that `opts` selects, in the order of joining, room by room.
 *
 * Sets are walked as they are, without a copy: `visit` may remove sockets; a socket that joins during the walk may be
 * visited, but never more visits are made than there were members at the start.
 */
export function visitSelected(maps: RoomMaps, opts: BroadcastOptions, visit: (id: SocketId) => void): void {
  const excluded = excludedMembers(maps.rooms, opts.except);
  if (opts.rooms.size === 0) {
    visitAll(maps.sids.keys(), maps.sids.size, excluded, visit);
    return;
  }
  if (opts.rooms.size === 1) {
    for (const room of opts.rooms) {
      const members = maps.rooms.get(room);
      if (members !== undefined) visitAll(members, members.size, excluded, visit);
    }
    return;
  }
  visitUnion(maps.rooms, opts.rooms, excluded, visit);
}

function visitAll(
  ids: Iterable<SocketId>,
  limit: number,
  excluded: ReadonlySet<SocketId> | null,
  visit: (id: SocketId) => void,
): void {
  let left = limit;
  for (const id of ids) {
    if (left-- === 0) return;
    if (excluded === null || !excluded.has(id)) visit(id);
  }
}

function visitUnion(
  members: ReadonlyMap<Room, ReadonlySet<SocketId>>,
  rooms: ReadonlySet<Room>,
  excluded: ReadonlySet<SocketId> | null,
  visit: (id: SocketId) => void,
): void {
  const seen = new Set<SocketId>();
  const visitOnce = (id: SocketId): void => {
    if (seen.has(id)) return;
    seen.add(id);
    visit(id);
  };
  for (const room of rooms) {
    const ids = members.get(room);
    if (ids !== undefined) {
      // Bounded: the members of the room of an id may be the rooms of that socket, and those grow when it is made to join one.
      visitAll(ids, ids.size, excluded, visitOnce);
    }
  }
}

/** Members of the excluded rooms: the room's own set when there is one such room, `null` when there is nobody. */
function excludedMembers(
  members: ReadonlyMap<Room, ReadonlySet<SocketId>>,
  except: ReadonlySet<Room> | undefined,
): ReadonlySet<SocketId> | null {
  if (except === undefined || except.size === 0) return null;
  let sole: ReadonlySet<SocketId> | null = null;
  let union: Set<SocketId> | null = null;
  for (const room of except) {
    const found = members.get(room);
    if (found === undefined) continue;
    if (sole === null) {
      sole = found;
      continue;
    }
    union ??= new Set(sole);
    for (const id of found) {
      union.add(id);
    }
  }
  return union ?? sole;
}
