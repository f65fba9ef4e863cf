// The process of one case: run-case.mjs <file of the case> <folder with its packages> <our packages, as JSON>.
import { createContext } from "./context.mjs";

const [, , file, folder, ours] = process.argv;
const definition = await import(file);
const { context, end } = createContext(folder, JSON.parse(ours));
let isOk = true;
try {
  await definition.run(context);
  console.log(`${context.checks} checks`);
} catch (error) {
  isOk = false;
  console.error(error);
}
await end();
process.exit(isOk ? 0 : 1);
