// RFC 6902 applied the plain way, for judging patches: written from the standard, and shares nothing with what makes them.

export interface Step {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** The document after all steps; null stands for none. Throws where a step does not apply. */
export function applied(document: unknown, steps: readonly Step[]): unknown {
  let root: unknown = structuredClone(document);
  for (const { op, path, value } of steps) {
    const keys = path
      .split("/")
      .slice(1)
      .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = keys.pop();
    if (last === undefined) {
      if (op === "test") same(root, value, path);
      else root = op === "remove" ? null : structuredClone(value);
      continue;
    }
    let holder = root as Record<string, unknown>;
    for (const key of keys) holder = member(holder, key, path) as Record<string, unknown>;
    if (op === "test") same(member(holder, last, path), value, path);
    else if (Array.isArray(holder)) changeList(holder, op, { last, path, value });
    else if (op === "add") define(holder, last, value);
    else {
      member(holder, last, path);
      if (op === "remove") delete holder[last];
      else define(holder, last, value);
    }
  }
  return root;
}

function changeList(
  list: unknown[],
  op: string,
  { last, path, value }: { readonly last: string; readonly path: string; readonly value: unknown },
): void {
  const at = last === "-" && op === "add" ? list.length : Number(last);
  const end = list.length - (op === "add" ? 0 : 1);
  // `-` is a place for `add` alone: elsewhere it is no number.
  if (!/^(-|0|[1-9]\d*)$/.test(last) || !(at <= end)) throw new Error(`no place ${path}`);
  if (op === "add") list.splice(at, 0, structuredClone(value));
  else if (op === "remove") list.splice(at, 1);
  else list[at] = structuredClone(value);
}

function define(holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, {
    value: structuredClone(value),
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function member(holder: Record<string, unknown>, key: string, path: string): unknown {
  if (!Object.hasOwn(holder, key)) throw new Error(`nothing at ${path}`);
  return holder[key];
}

function same(found: unknown, wanted: unknown, path: string): void {
  if (ordered(found) !== ordered(wanted)) throw new Error(`${path} is not what was tested`);
}

function ordered(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
