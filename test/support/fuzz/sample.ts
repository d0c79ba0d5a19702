// Values that a JSON Schema of the OpenAPI document allows, drawn by chance; names are those of things that stand.
import type { Random } from "#test/random.ts";

export type Schema = Readonly<Record<string, unknown>>;

/** What is used of an OpenAPI document. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface DocumentedOperation {
  readonly operationId: string;
  readonly security: readonly Schema[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

export interface Sampling {
  readonly random: Random;
  readonly schemas: Readonly<Record<string, Schema>>;
  /** A value that stands, for a field of this name. */
  readonly known: (field: string) => string | undefined;
}

const DEEPEST = 6;
const WORDS = ["a", "web", "10s", "50", "10.0.0.1", "2026-01-02T00:00:00Z", "/", "http", "weft", "x-y", "5%"];

/** A value of the schema; `field` is the name under which it will stand. */
export function sampleOf(schema: Schema, by: Sampling, field = "", depth = 0): unknown {
  // JSON Schema's false: nothing is allowed there.
  if (typeof schema !== "object") return null;
  const { random, schemas } = by;
  const inner = (one: unknown): unknown => sampleOf(one as Schema, by, field, depth + 1);
  const { $ref, anyOf, oneOf, enum: choices } = schema as { readonly $ref?: string; [more: string]: unknown };
  if ($ref !== undefined) return inner(schemas[$ref.split("/").at(-1) ?? ""] ?? {});
  if ("const" in schema) return schema.const;
  if (Array.isArray(choices)) return random.one(choices);
  const either = anyOf ?? oneOf;
  if (Array.isArray(either)) return inner(random.one(either));
  const type = Array.isArray(schema.type) ? random.one(schema.type) : schema.type;
  switch (type) {
    case "object":
      return objectOf(schema, by, depth);
    case "array":
      return depth > DEEPEST ? [] : Array.from({ length: random.between(0, 2) }, () => inner(schema.items ?? {}));
    case "string":
      return textOf(schema, by, field);
    case "integer":
    case "number": {
      const least = Math.max(Number(schema.minimum ?? 0), -1000);
      return random.between(least, Math.min(Number(schema.maximum ?? least + 100), least + 100));
    }
    case "boolean":
      return random.next() < 0.5;
    case "null":
      return null;
    default:
      return random.one<unknown>(["a", 1, true, null, [], {}]);
  }
}

function objectOf(schema: Schema, by: Sampling, depth: number): unknown {
  const { random } = by;
  const {
    properties = {},
    required = [],
    additionalProperties,
  } = schema as {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly required?: readonly string[];
    readonly additionalProperties?: unknown;
  };
  const made: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(properties)) {
    if (required.includes(name) || (depth < DEEPEST && random.next() < 0.35))
      made[name] = sampleOf(inner, by, name, depth + 1);
  }
  if (typeof additionalProperties === "object" && additionalProperties !== null && random.next() < 0.5) {
    const name = random.one(["team", "kuma.io/service", "kuma.io/zone", "spec", "networking"]);
    made[name] ??= sampleOf(additionalProperties as Schema, by, name, depth + 1);
  }
  return made;
}

function textOf(schema: Schema, { random, known }: Sampling, field: string): string {
  const standing = random.next() < 0.8 ? known(field) : undefined;
  if (standing !== undefined) return standing;
  if (schema.format === "date-time") return "2026-01-02T00:00:00Z";
  return random.one(WORDS).padEnd(Number(schema.minLength ?? 0), "a");
}
