/**
 * What a class defines, to be made properties of each instance as well: Express gives the responses that pass through it another
 * prototype.
 *
 * @param prototype of that class
 */
export function pinnedMethods(prototype: object): PropertyDescriptorMap {
  const { constructor: _constructor, ...methods } = Object.getOwnPropertyDescriptors(prototype);
  return methods;
}
