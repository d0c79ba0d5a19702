// What is made when it is first looked into: a script that starts makes nothing that its first call may not need.

/** Looks go to what `make` makes at the first of them. */
class Later<Made extends object> implements ProxyHandler<object> {
  declare make: (() => Made) | null;
  declare made: Made;

  constructor(make: () => Made) {
    this.make = make;
  }

  real(): Made {
    if (this.make !== null) {
      this.made = this.make();
      this.make = null;
    }
    return this.made;
  }

  get(_: object, key: PropertyKey): unknown {
    return Reflect.get(this.real(), key);
  }

  has(_: object, key: PropertyKey): boolean {
    return Reflect.has(this.real(), key);
  }

  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.real());
  }

  getOwnPropertyDescriptor(_: object, key: PropertyKey): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.real(), key);
  }

  getPrototypeOf(): object | null {
    return Reflect.getPrototypeOf(this.real());
  }
}

/**
 * Stands for the object that `make` makes, which is made once, at the first look into it; for reading alone. What `make` throws,
 * each look throws. `like` is an empty list where a list is made.
 */
/* @__NO_SIDE_EFFECTS__ */
export function later<Made extends object>(make: () => Made, like: object = {}): Made {
  return new Proxy(like, new Later(make)) as Made;
}
