/** Runs every step, also those behind one that throws. @throws the first of the errors, when all have run */
export function runAll(steps: readonly (() => void)[]): void {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length) throw errors[0];
}
