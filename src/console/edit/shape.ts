// JSON Schema as far as the schemas of kinds use it, and what it says of a place in a document.

export interface Shape {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | boolean;
  readonly propertyNames?: Shape;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly description?: string;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly readOnly?: boolean;
}

/** A step in a document: a member's key, or an item's index. */
export type Step = string | number;

/** A shape's alternatives, itself where it has none. */
export function alternatives(shape: Shape): readonly Shape[] {
  return shape.anyOf === undefined ? [shape] : shape.anyOf.flatMap(alternatives);
}

/** Every shape that holds at the place; none where nothing is known of it. */
export function shapesAt(shape: Shape, path: readonly Step[]): readonly Shape[] {
  return path.reduce<readonly Shape[]>(
    (shapes, step) => shapes.flatMap((one) => below(one, step)),
    alternatives(shape),
  );
}

function below(shape: Shape, step: Step): readonly Shape[] {
  if (typeof step === "number") return shape.items === undefined ? [] : alternatives(shape.items);
  const member = memberOf(shape, step);
  return member === undefined ? [] : alternatives(member);
}

/** The shape of a member; undefined where there may be none of that name, or any. */
export function memberOf({ properties = {}, additionalProperties }: Shape, key: string): Shape | undefined {
  if (Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

/** JSON types that a shape admits; empty = any. */
export function typesOf(shape: Shape): readonly string[] {
  if (shape.type !== undefined) return typeof shape.type === "string" ? [shape.type] : shape.type;
  const values = shape.const === undefined ? shape.enum : [shape.const];
  return values === undefined ? [] : [...new Set(values.map((value) => (value === null ? "null" : typeof value)))];
}

/** The values that it admits where they can be counted: of an enum, a const, a boolean. */
export function valuesOf(shape: Shape): readonly unknown[] {
  if (shape.const !== undefined) return [shape.const];
  if (shape.enum !== undefined) return shape.enum;
  return typesOf(shape).includes("boolean") ? [true, false] : [];
}
