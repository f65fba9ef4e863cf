export type { LinkConditions } from "./link.js";
export { SimulatedNetwork } from "./network.js";
export { SeededRandom } from "./random.js";
export { simulate, Simulation } from "./simulation.js";
export { VirtualClock } from "./virtual-clock.js";
