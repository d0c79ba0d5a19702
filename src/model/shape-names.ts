// The names that a shape knows at a path: what a misspelt field may have meant.
import type * as z from "./lazy-zod.ts";

/** Names of the members of the objects that a path of a shape leads to, in any branch of a union; empty where the shape leaves them open. */
export function namesAt(shape: z.core.$ZodType, steps: readonly (string | number)[]): readonly string[] {
  let at: readonly z.core.$ZodType[] = plain(shape);
  for (const step of steps) at = at.flatMap((one) => inside(one, step)).flatMap(plain);
  return [...new Set(at.flatMap((one) => Object.keys(membersOf(one))))];
}

/** What stands behind wrappers; each branch of a union. */
function plain(shape: z.core.$ZodType): readonly z.core.$ZodType[] {
  const { def } = (shape as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "optional":
    case "nonoptional":
    case "nullable":
    case "default":
    case "prefault":
    case "readonly":
    case "catch":
      return plain(def.innerType);
    case "lazy":
      return plain(def.getter());
    case "pipe":
      return plain(def.in);
    case "union":
      return def.options.flatMap(plain);
    default:
      return [shape];
  }
}

function inside(shape: z.core.$ZodType, step: string | number): readonly z.core.$ZodType[] {
  const { def } = (shape as z.core.$ZodTypes)._zod;
  if (def.type === "array") return [def.element];
  if (def.type === "record") return [def.valueType];
  const member = membersOf(shape)[step];
  return member === undefined ? [] : [member];
}

function membersOf(shape: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  const { def } = (shape as z.core.$ZodTypes)._zod;
  return def.type === "object" ? def.shape : {};
}
