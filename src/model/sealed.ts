// A secret value that cannot be printed by accident.

const hidden = new WeakMap<object, string | Uint8Array>();

/** Holds a secret; prints as `[sealed]` in templates, JSON and logs. `reveal` is the only way to the value. */
export class Sealed<T extends string | Uint8Array = string> {
  /** Brands the type with what is inside; never set. */
  declare readonly inside: T;

  constructor(value: T) {
    hidden.set(this, value);
  }

  reveal(): T {
    return hidden.get(this) as T;
  }

  toString(): string {
    return "[sealed]";
  }

  toJSON(): string {
    return "[sealed]";
  }

  /** What Node's inspector prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[sealed]";
  }
}
