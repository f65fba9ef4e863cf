/**
 * The emitter of every public class of this package: listeners are a snapshot per emit, `off()` without arguments clears
 * everything, an `error` event nobody hears does not throw. The published one is kept because `socket.io-parser`'s decoder
 * already brings it into every bundle.
 */
export { Emitter } from "@socket.io/component-emitter";
export type {
  DefaultEventsMap,
  EventNames,
  EventParams,
  EventsMap,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "@socket.io/component-emitter";

/** For a class whose users neither emit nor hear events of their own. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- exactly that
export type NoEvents = Record<never, never>;
