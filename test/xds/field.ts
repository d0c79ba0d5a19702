// The fields of a policy, from the table of kinds, and those that a resource uses.
import * as z from "zod/mini";
import type { Json } from "#model/json.ts";
import { judgeOf } from "#model/judges.ts";
import { kindOfType } from "#model/kinds.ts";
import type { Given } from "./world.ts";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly type?: string;
  readonly description?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/**
 * What targetRef may hold is the business of selection (test/match), not of each policy; a backendRef has the same shape, and
 * most of that may never be said there. Host names are said of the listeners of builtin gateways alone.
 */
const SELECTION =
  /(^|\.)targetRef\.|backendRefs?(\[\])?\.(kind|name|labels|tags|mesh|namespace|proxyTypes)|^to\[\]\.hostnames/;

/** A leaf of a policy's shape, and the values that it may have where they are listed. */
export interface FieldShape {
  /** `to[].default.http.numRetries`. */
  readonly path: string;
  readonly values: readonly string[];
  /** What may stand there, in words. */
  readonly type: string;
}

/** Leaves of the shape, in its order, without those of targetRefs. */
export function shapeOf(type: string): readonly FieldShape[] {
  const kind = kindOfType(type);
  if (kind === undefined) throw new TypeError(`no kind ${type}`);
  const schema = z.toJSONSchema(judgeOf(kind).shape, { io: "input", unrepresentable: "any" }) as Schema;
  return leaves(schema, "", schema.$defs ?? {}).filter(({ path }) => !SELECTION.test(path));
}

/** Each leaf, and each value of those that have a list: `http.retryOn[] = 5xx`. */
export function fieldsOf(type: string): readonly string[] {
  return shapeOf(type).flatMap(({ path, values }) =>
    values.length === 0 ? [path] : values.map((value) => `${path} = ${value}`),
  );
}

/** The same of a resource of that type; nothing of another type's. */
export function fieldsIn(type: string, given: Given): readonly string[] {
  if (given.type !== type) return [];
  const listed = new Set(shapeOf(type).flatMap(({ path, values }) => (values.length === 0 ? [] : path)));
  const spec = kindOfType(type)?.envelope === "spec" ? given.spec : given;
  return used(spec as Json, "").map(([path, value]) => (listed.has(path) ? `${path} = ${value}` : path));
}

function leaves(schema: Schema, path: string, defs: Readonly<Record<string, Schema>>): readonly FieldShape[] {
  const named = schema.$ref === undefined ? undefined : defs[schema.$ref.replace("#/$defs/", "")];
  if (named !== undefined) return leaves(named, path, defs);
  const { properties, items, additionalProperties, anyOf } = schema;
  if (anyOf !== undefined) {
    return joined(anyOf.flatMap((one) => leaves(one, path, defs)));
  }
  if (properties !== undefined) {
    const found = Object.entries(properties).flatMap(([name, member]) =>
      leaves(member, path === "" ? name : `${path}.${name}`, defs),
    );
    return found.length > 0 || path === "" ? found : [leaf(schema, path)];
  }
  if (items !== undefined) return leaves(items, `${path}[]`, defs);
  if (typeof additionalProperties === "object") return leaves(additionalProperties, `${path}{}`, defs);
  return [leaf(schema, path)];
}

/** One leaf a path: with the values and the words of all its forms. */
function joined(leaves: readonly FieldShape[]): readonly FieldShape[] {
  const byPath = new Map<string, FieldShape>();
  for (const { path, values, type } of leaves) {
    const known = byPath.get(path);
    const types = known === undefined || known.type === type ? type : `${known.type} or ${type}`;
    byPath.set(path, { path, values: [...new Set([...(known?.values ?? []), ...values])], type: types });
  }
  return [...byPath.values()];
}

function leaf(schema: Schema, path: string): FieldShape {
  const listed = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  return { path, values: listed.map(String), type: schema.description ?? schema.type ?? "any" };
}

/** Paths of all values, those of objects and lists too, so that an empty one counts. */
function used(value: Json, path: string): readonly (readonly [string, string])[] {
  const own: readonly (readonly [string, string])[] = path === "" ? [] : [[path, String(value)]];
  if (Array.isArray(value)) return [...own, ...value.flatMap((item) => used(item, `${path}[]`))];
  if (typeof value !== "object" || value === null) return own;
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, member]) => [
      ...used(member, path === "" ? key : `${path}.${key}`),
      // The same as a member of a map.
      ...(typeof member === "object" ? [] : ([[`${path}{}`, String(member)]] as const)),
    ]),
  ];
}
