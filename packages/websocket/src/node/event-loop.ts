// As they were when this was loaded: a test that replaces the timers of a program means those of the program. What is shared by all
// connections would wait for a clock that is put away, and hold up every test after that one.

export const setImmediate: typeof globalThis.setImmediate = globalThis.setImmediate;
export const nextTick: typeof process.nextTick = process.nextTick.bind(process);
