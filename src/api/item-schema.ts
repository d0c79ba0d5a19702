// JSON Schema 2020-12 of what may be sent: of a resource by its kind, of a body by its shape.

import { judgeOf } from "#model/judges.ts";
import type { Kind } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";

export type Schema = Record<string, unknown>;

/** JSON Schema of a resource of the kind, as it may be sent. */
export function itemSchema(kind: Kind): Schema {
  const spec = jsonSchema(judgeOf(kind).shape);
  const time = { type: "string", format: "date-time", readOnly: true };
  const meta: Record<string, Schema> = {
    type: { type: "string", const: kind.type },
    ...(kind.scope === "Mesh" ? { mesh: { type: "string", maxLength: 63 } } : {}),
    name: { type: "string", maxLength: kind.shortNames ? 63 : 253 },
    labels: { type: "object", additionalProperties: { type: "string" } },
    creationTime: time,
    modificationTime: time,
    kri: { type: "string", readOnly: true },
  };
  if (kind.envelope === "spec") {
    const status = { type: "object", readOnly: true };
    return { type: "object", required: ["type", "name", "spec"], properties: { ...meta, spec, status } };
  }
  const { properties = {}, required = [] } = spec as { properties?: Record<string, Schema>; required?: string[] };
  return { type: "object", required: ["type", "name", ...required], properties: { ...meta, ...properties } };
}

/** JSON Schema 2020-12 of what may be sent; a check that JSON Schema cannot say is left out. */
export function jsonSchema(shape: z.ZodMiniType): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: "input", unrepresentable: "any" }) as Schema;
  return schema;
}
