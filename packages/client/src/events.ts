/** Event maps: what a program declares about the events of its sockets, and what follows from it. */
export type { DefaultEventsMap, EventNames, EventParams, EventsMap } from "./emitter.js";

/** Arguments of any event, or of any listener. Which ones they are, only the event map of a program knows. */
// oxlint-disable-next-line typescript/no-explicit-any -- listeners of any signature must be assignable
export type AnyArgs = any[];

type WithError<T extends AnyArgs> = {
  [K in keyof T]: T[K] extends (...args: infer Params) => infer Result ? (err: Error, ...args: Params) => Result : T[K];
};

/** The same events, with acknowledgements that begin with an error: after `timeout()`. */
export type DecorateAcknowledgements<E> = {
  [K in keyof E]: E[K] extends (...args: infer Params) => infer Result ? (...args: WithError<Params>) => Result : E[K];
};

// oxlint-disable typescript/no-explicit-any -- what is left to say of an untyped event
export type Last<T extends AnyArgs> = T extends [...infer _Rest, infer L] ? L : any;
export type AllButLast<T extends AnyArgs> = T extends [...infer Rest, infer _Last] ? Rest : any[];
export type FirstArg<T> = T extends (arg: infer Param) => infer _Result ? Param : any;
// oxlint-enable typescript/no-explicit-any

export type AnyListener = (...args: AnyArgs) => void;
