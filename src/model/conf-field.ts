// The fields that a policy may set in one of its lists, read from its shape.

import { judgeOf } from "./judges.ts";
import type { Kind } from "./kind.ts";
import * as z from "./lazy-zod.ts";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

export const CONF_PARTS = ["to", "from", "rules", "default"] as const;
export type ConfPart = (typeof CONF_PARTS)[number];

/** Whether the text names a part of a policy that has a shape of its own. */
export function isConfPart(text: string): text is ConfPart {
  return (CONF_PARTS as readonly string[]).includes(text);
}

const known = new WeakMap<Kind, Map<ConfPart, readonly string[]>>();

/** `http.requestTimeout`, in the shape's order; lists and maps are one field. Empty where the policy has no such part. */
export function confFields(kind: Kind, part: ConfPart): readonly string[] {
  const parts = known.get(kind) ?? new Map<ConfPart, readonly string[]>();
  known.set(kind, parts);
  let fields = parts.get(part);
  if (fields === undefined) {
    fields = read(kind, part);
    parts.set(part, fields);
  }
  return fields;
}

function read(kind: Kind, part: ConfPart): readonly string[] {
  const root = z.toJSONSchema(judgeOf(kind).shape, { io: "input", unrepresentable: "any" }) as Schema;
  const defs = root.$defs ?? {};
  const inside = (schema: Schema, member: string): readonly Schema[] =>
    forms(schema, defs).flatMap(({ properties }) => properties?.[member] ?? []);
  const lists = inside(root, part);
  const confs =
    part === "default"
      ? lists
      : lists
          .flatMap((list) => forms(list, defs))
          .flatMap(({ items }) => (items === undefined ? [] : inside(items, "default")));
  return [...new Set(confs.flatMap((conf) => leaves(conf, "", defs)))];
}

/** The schema itself, or what its reference or alternatives stand for. */
function forms(schema: Schema, defs: Readonly<Record<string, Schema>>): readonly Schema[] {
  const named = schema.$ref === undefined ? undefined : defs[schema.$ref.replace("#/$defs/", "")];
  if (named !== undefined) return forms(named, defs);
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap((one) => forms(one, defs));
}

function leaves(schema: Schema, path: string, defs: Readonly<Record<string, Schema>>): readonly string[] {
  return forms(schema, defs).flatMap(({ properties }) => {
    if (properties === undefined) return path === "" ? [] : [path];
    return Object.entries(properties).flatMap(([name, member]) =>
      leaves(member, path === "" ? name : `${path}.${name}`, defs),
    );
  });
}
