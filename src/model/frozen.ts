// Frozen: a type with everything in it read-only, as resources are once they have been read.

/** `T` with every object and list inside made read-only. */
export type Frozen<T> = T extends (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;
