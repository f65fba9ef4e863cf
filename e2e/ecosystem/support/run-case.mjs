// The process of one case: run-case.mjs <file of the case> <folder with its packages>.
import { createContext } from "./context.mjs";

const [, , file, folder] = process.argv;
const definition = await import(file);
const { context, end } = createContext(folder);
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
