// The JSON Schema of one kind, with a resource to begin from: for editors and other tools that write resources.

import type { Kind } from "#model/kind.ts";
import type { TypeName } from "#model/kinds.ts";
import * as z from "#model/lazy-zod.ts";
import { itemSchema } from "./item-schema.ts";
import { OLDER_TEMPLATES } from "./template/older.ts";
import { POLICY_TEMPLATES } from "./template/policy.ts";
import { RESOURCE_TEMPLATES } from "./template/resource.ts";

export const schema = z.object(() => ({
  type: z.string(),
  path: z.string(),
  scope: z.enum(["Mesh", "Global"]),
  readOnly: z.boolean(),
  secret: z.boolean(),
  /** JSON Schema 2020-12 of what may be sent. */
  schema: z.record(z.string(), z.unknown()),
  /** A resource that is valid, as YAML with comments. */
  template: z.string(),
}));
export type SchemaBody = z.infer<typeof schema>;

/** One for each kind. */
export const TEMPLATES: Readonly<Record<TypeName, string>> = {
  ...RESOURCE_TEMPLATES,
  ...POLICY_TEMPLATES,
  ...OLDER_TEMPLATES,
};

export function schemaBody(kind: Kind): SchemaBody {
  const { type, path, scope, readOnly, secret } = kind;
  return { type, path, scope, readOnly, secret, schema: itemSchema(kind), template: TEMPLATES[type as TypeName] };
}
