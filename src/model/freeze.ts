// Freezing: a resource that has been read never changes, so its identity may key memos.

/** Freezes a tree of plain objects and arrays and returns it. What is frozen already is not walked again. */
export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
  return value;
}
