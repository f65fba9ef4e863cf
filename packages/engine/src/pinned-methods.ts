/**
 * Makes what a class defines properties of one instance. Express gives the responses that pass through it another prototype.
 *
 * @param prototype of that class
 */
export function pinMethods(instance: object, prototype: object): void {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name !== "constructor") {
      Object.defineProperty(instance, name, descriptor);
    }
  }
}
