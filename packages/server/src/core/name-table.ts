/**
 * Values by name, in the order of their arrival. The first one needs no map: most connections join one namespace, and an
 * empty map takes more memory than a whole connection object.
 */
export class NameTable<V> {
  private firstName = "";
  private first: V | undefined = undefined;
  /** All entries, once there is a second one. */
  private map: Map<string, V> | null = null;

  get size(): number {
    if (this.map !== null) return this.map.size;
    return this.first === undefined ? 0 : 1;
  }

  get(name: string): V | undefined {
    if (this.map !== null) return this.map.get(name);
    return this.firstName === name ? this.first : undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  set(name: string, value: V): void {
    if (this.map === null && (this.first === undefined || this.firstName === name)) {
      this.firstName = name;
      this.first = value;
    } else {
      this.asMap().set(name, value);
    }
  }

  delete(name: string): void {
    if (this.map !== null) this.map.delete(name);
    else if (this.firstName === name) this.first = undefined;
  }

  clear(): void {
    this.first = undefined;
    this.map?.clear();
  }

  /** A copy: entries may come and go while it is walked. */
  values(): V[] {
    if (this.map !== null) return Array.from(this.map.values());
    return this.first === undefined ? [] : [this.first];
  }

  /** The entries as a map, which stays the live one from now on. */
  asMap(): Map<string, V> {
    if (this.map === null) {
      this.map = new Map();
      if (this.first !== undefined) this.map.set(this.firstName, this.first);
      this.first = undefined;
    }
    return this.map;
  }
}
