export type { LinkConditions } from "./index.js";
export { SeededRandom, simulate, SimulatedNetwork, Simulation, VirtualClock } from "./index.js";
