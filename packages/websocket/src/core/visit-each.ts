/** Visits every item, also those behind one whose visit throws. @throws what the first of these has thrown, when all are visited */
export function visitEach<T>(items: Iterable<T>, visit: (item: T) => void): void {
  let first: { readonly thrown: unknown } | null = null;
  for (const item of items) {
    try {
      visit(item);
    } catch (thrown) {
      first ??= { thrown };
    }
  }
  if (first !== null) throw first.thrown;
}
