// zod/mini whose shapes are made when first used: thousands stand in the tables, and a worker that starts makes none of them.
import * as zod from "zod/mini";

export type { core, infer, ZodMiniExactOptional, ZodMiniNumber, ZodMiniObject, ZodMiniType } from "zod/mini";

// Workers forbid code generation from strings; without this zod first tries it and is reported.
zod.config({ jitless: true });

type Make = (...given: never[]) => unknown;

/** A shape, or a check, that is not made yet. It has the face of what it becomes, and becomes it at the first look. */
class Later {
  // Declared alone: what follows from fields with values would be written twice an object, and there are thousands.
  declare make: Make | null;
  declare given: readonly unknown[];
  declare made: unknown;

  constructor(make: Make, given: readonly unknown[]) {
    this.make = make;
    this.given = given;
  }

  /** Adds checks, later too. */
  check(...checks: readonly unknown[]): Later {
    return new Later(checked as Make, [this, ...checks]);
  }

  with(...checks: readonly unknown[]): Later {
    return this.check(...checks);
  }
}

/** Members by which a made shape is used or looked into; a test compares them with zod's. */
const MEMBERS = [
  ...["_zod", "~standard", "def", "type", "shape"],
  ...["parse", "safeParse", "parseAsync", "safeParseAsync", "clone", "brand", "register", "apply"],
];
for (const name of MEMBERS) {
  Object.defineProperty(Later.prototype, name, {
    get(this: Later): unknown {
      const made = real<unknown>(this) as Readonly<Record<string, unknown>>;
      const member = made[name];
      return typeof member === "function" ? member.bind(made) : member;
    },
  });
}

function checked(shape: zod.ZodMiniType, ...checks: zod.core.$ZodCheck<unknown>[]): zod.ZodMiniType {
  return shape.check(...checks);
}

/** What a shape or a check becomes; anything else is itself. */
export function real<T>(value: T): T {
  if (!(value instanceof Later)) return value;
  if (value.make !== null) {
    value.made = (value.make as (...given: unknown[]) => unknown)(...value.given.map(filled));
    value.make = null;
    value.given = [];
  }
  return value.made as T;
}

/** An argument with what it holds made: shapes stand alone, in lists, and as members or what gives them. */
function filled(value: unknown): unknown {
  if (value instanceof Later) return real(value);
  if (Array.isArray(value)) return value.map(real);
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, real(member)]));
}

/** An object's shape, its members given or given by a function. */
function withMembers(make: (...given: unknown[]) => unknown, members: object, ...params: unknown[]): unknown {
  return make(membersOf(members), ...params);
}

/** Members, made, of what is given as them. */
export function membersOf<Members extends object>(given: Members | (() => Members)): Members {
  return filled(typeof given === "function" ? given() : given) as Members;
}

/** The shape that `make` makes of these, at its first use; shapes among what is given are made before. */
/* @__NO_SIDE_EFFECTS__ */
export function later<Given extends readonly unknown[], Shape>(
  make: (...given: Given) => Shape,
  ...given: Given
): Shape {
  return build(make, given);
}

/* @__NO_SIDE_EFFECTS__ */
function build(make: unknown, given: readonly unknown[]): never {
  return new Later(make as Make, given) as never;
}

/**
 * A shape's members, or a function that gives them. What a function holds is not even compiled when a script starts; tables of
 * shapes are so long that tools/start.mjs counts it.
 */
type ObjectWord<Config extends zod.core.$ZodObjectConfig> = <Members extends zod.core.$ZodLooseShape>(
  members: Members | (() => Members),
  params?: string | zod.core.$ZodObjectParams,
) => zod.ZodMiniObject<zod.core.util.Writeable<Members>, Config>;

// Zod's own words, those that are in use. Each is a function of its own, so that bundlers leave out shapes that nobody uses.
export const array: typeof zod.array = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.array, given);
export const boolean: typeof zod.boolean = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.boolean, given);
export const discriminatedUnion: typeof zod.discriminatedUnion = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.discriminatedUnion, given);
/* @__NO_SIDE_EFFECTS__ */
const anEnum: typeof zod.enum = (...given: unknown[]) => build(zod.enum, given);

export { anEnum as enum };
export const exactOptional: typeof zod.exactOptional = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.exactOptional, given);
export const extend: typeof zod.extend = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.extend, given);
export const int: typeof zod.int = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.int, given);
export const literal: typeof zod.literal = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.literal, given);
export const looseObject: ObjectWord<zod.core.$loose> = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(withMembers, [zod.looseObject, ...given]);
export const never: typeof zod.never = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.never, given);
export const nullable: typeof zod.nullable = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.nullable, given);
export const number: typeof zod.number = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.number, given);
export const object: ObjectWord<zod.core.$strip> = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(withMembers, [zod.object, ...given]);
export const omit: typeof zod.omit = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.omit, given);
export const optional: typeof zod.optional = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.optional, given);
export const partialRecord: typeof zod.partialRecord = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.partialRecord, given);
export const record: typeof zod.record = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.record, given);
export const strictObject: ObjectWord<zod.core.$strict> = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(withMembers, [zod.strictObject, ...given]);
export const string: typeof zod.string = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.string, given);
export const tuple: typeof zod.tuple = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.tuple, given);
export const union: typeof zod.union = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.union, given);
export const unknown: typeof zod.unknown = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.unknown, given);
export const _default: typeof zod._default = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod._default, given);
export const email: typeof zod.email = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.email, given);
export const url: typeof zod.url = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.url, given);
export const check: typeof zod.check = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.check, given);
export const describe: typeof zod.describe = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.describe, given);
export const maximum: typeof zod.maximum = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.maximum, given);
export const maxLength: typeof zod.maxLength = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.maxLength, given);
export const minimum: typeof zod.minimum = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.minimum, given);
export const minLength: typeof zod.minLength = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.minLength, given);
export const overwrite: typeof zod.overwrite = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.overwrite, given);
export const refine: typeof zod.refine = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.refine, given);
export const regex: typeof zod.regex = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.regex, given);
export const startsWith: typeof zod.startsWith = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.startsWith, given);
export const toLowerCase: typeof zod.toLowerCase = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) =>
  build(zod.toLowerCase, given);
export const trim: typeof zod.trim = /* @__NO_SIDE_EFFECTS__ */ (...given: unknown[]) => build(zod.trim, given);
export const iso: Pick<typeof zod.iso, "datetime"> = {
  datetime: (...given: unknown[]) => build(zod.iso.datetime, given),
};

/** JSON Schema of a shape. */
export function toJSONSchema(shape: zod.core.$ZodType, options: zod.core.ToJSONSchemaParams): unknown {
  return zod.toJSONSchema(real(shape), options);
}
