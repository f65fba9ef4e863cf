// Measures every case once and prints one JSON object: name to nanoseconds (median).
import { measure } from "mitata";
import { CASES } from "./cases.mjs";

const figures = {};
for (const [name, run] of Object.entries(CASES)) {
  const { p50 } = await measure(run, { min_cpu_time: 150e6 });
  figures[name] = p50;
}
console.log(JSON.stringify(figures));
