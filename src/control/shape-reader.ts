// Reading shapes: the OpenAPI document, a kind's schema, the fields that a policy may set.
import { openapiDocument } from "#api/openapi.ts";
import { schemaBody } from "#api/schema.ts";
import { confFields } from "#model/conf-field.ts";
import { KINDS } from "#model/kinds.ts";
import type { ShapeReader } from "./face/reader.ts";

/** Reads them where they are: makes no calls, and keeps nothing. */
export const SHAPES: ShapeReader = {
  openapi: async (server) => `${JSON.stringify(openapiDocument(server), null, 1)}\n`,
  schema: async (type) => schemaBody(KINDS[type] as never),
  confFields: async (parts) => parts.map(({ policy, part }) => confFields(KINDS[policy] as never, part)),
};
