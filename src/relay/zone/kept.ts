// What came again the same stays the same object: who remembers by identity what was made of it need not make it anew.

/**
 * JSON that says what `after` says, with all that `before` says alike taken from `before`; `before` itself where nothing
 * differs. Of lists, what has a `name` is compared with what had it. `after` is the caller's to give away: it is changed.
 */
export function kept<T>(before: unknown, after: T): T {
  if (!isWhole(before) || !isWhole(after) || Array.isArray(before) !== Array.isArray(after)) return after;
  return (
    Array.isArray(after) ? keptList(before as unknown[], after) : keptObject(before as Fields, after as Fields)
  ) as T;
}

type Fields = Record<string, unknown>;

function isWhole(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function keptObject(before: Fields, after: Fields): Fields {
  const names = Object.keys(after);
  let same = names.length === Object.keys(before).length;
  for (const name of names) {
    const value = kept(before[name], after[name]);
    same &&= value === before[name] && Object.hasOwn(before, name);
    after[name] = value;
  }
  return same ? before : after;
}

function keptList(before: readonly unknown[], after: unknown[]): readonly unknown[] {
  const named = new Map(before.flatMap((one) => (nameOf(one) === undefined ? [] : [[nameOf(one), one]])));
  let same = before.length === after.length;
  for (const [at, one] of after.entries()) {
    const name = nameOf(one);
    const value = kept(name === undefined ? before[at] : named.get(name), one);
    same &&= value === before[at];
    after[at] = value;
  }
  return same ? before : after;
}

function nameOf(value: unknown): string | undefined {
  const name = isWhole(value) ? (value as Fields).name : undefined;
  return typeof name === "string" ? name : undefined;
}
