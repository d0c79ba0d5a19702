// Values that a shape takes, some of each sort: what could have been meant where it takes nothing of what was written.
import * as z from "./lazy-zod.ts";

/** Stands for a member that is left out. */
export const LEFT_OUT: unique symbol = Symbol();

const TEXTS = ["a", "b", "", "/a", "1s", "2h", "1", "50", "200", "GET", "10.0.0.1", "https://a.example", "Mon 08:00"];
const NUMBERS = [0, 1, 2, 50, 100, 200, 8080, 1_000_000, 0.5, -1];

const known = new WeakMap<object, readonly unknown[]>();

/** Some values that the shape takes, as they are written; none where no value that is tried is taken. */
export function takenValues(shape: z.ZodMiniType): readonly unknown[] {
  const made = z.real(shape);
  let values = known.get(made);
  if (values === undefined) {
    values = triedValues(made).filter((value) => value === LEFT_OUT || made.safeParse(value).success);
    known.set(made, values);
  }
  return values;
}

function triedValues(shape: z.ZodMiniType): readonly unknown[] {
  const { def } = (shape as unknown as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "optional":
    case "default":
      return [LEFT_OUT, ...takenValues(def.innerType as z.ZodMiniType)];
    case "enum":
      return Object.values(def.entries);
    case "literal":
      return def.values;
    case "boolean":
      return [true, false];
    case "string":
      return TEXTS;
    case "number":
      return NUMBERS;
    case "array":
      return [[], ...takenValues(def.element as z.ZodMiniType).map((item) => [item])];
    case "record":
      return [{}, ...takenValues(def.valueType as z.ZodMiniType).map((value) => ({ a: value }))];
    case "unknown":
      return [{}];
    case "union":
      return def.options.flatMap((one) => takenValues(one as z.ZodMiniType));
    case "object":
      return triedObjects(def.shape as Readonly<Record<string, z.ZodMiniType>>);
    default:
      return [];
  }
}

/** Objects of what they must have, with each value of each member once at least; the last has all that one may have. */
function triedObjects(members: Readonly<Record<string, z.ZodMiniType>>): readonly unknown[] {
  const taken = Object.entries(members).map(([name, shape]) => [name, takenValues(shape)] as const);
  const needed = taken.filter(([, values]) => !values.includes(LEFT_OUT));
  const turns = Math.max(1, ...needed.map(([, values]) => values.length));
  const least = Array.from({ length: turns }, (_, turn) =>
    Object.fromEntries(needed.map(([name, values]) => [name, values[turn % values.length]])),
  );
  const most = taken.map(([name, values]) => [name, values.at(-1)]);
  return [...least, Object.fromEntries(most.filter(([, value]) => value !== undefined && value !== LEFT_OUT))];
}
