// Protobuf's merge on JSON with holes in it: driven by descriptors, so that nothing has to be decoded.
import type { DescField, DescMessage, Registry } from "@bufbuild/protobuf";
import { HoleInTheWay } from "#envoy/native.ts";
import type { Json } from "#model/json.ts";

type Members = { readonly [key: string]: Json };

export const ANY = "google.protobuf.Any";
/** Messages whose JSON is one value, or anything. */
const WHOLE = /^google\.protobuf\.(Duration|Timestamp|FieldMask|Value|ListValue|\w+Value)$/;

/** `patch` is in canonical names; `onto` may hold what the template notation calls holes. */
export function mergeJson(desc: DescMessage, onto: Members, patch: Members, registry: Registry): Members {
  if (desc.typeName === ANY) return mergeAny(onto, patch, registry);
  // Entries of a Struct are entries of a map.
  if (desc.typeName === "google.protobuf.Struct") return { ...closed(onto), ...patch };
  const made: Record<string, Json> = { ...closed(onto) };
  for (const [key, value] of Object.entries(patch)) {
    const field = desc.fields.find(({ jsonName, name }) => jsonName === key || name === key);
    if (field === undefined) continue;
    for (const other of field.oneof?.fields ?? []) if (other !== field) delete made[other.jsonName];
    const before = made[field.jsonName];
    made[field.jsonName] = before === undefined ? value : mergeField(field, before, value, registry);
  }
  return made;
}

function mergeField(field: DescField, before: Json, value: Json, registry: Registry): Json {
  switch (field.fieldKind) {
    case "list":
      if (!Array.isArray(before)) throw new HoleInTheWay();
      return [...before, ...(value as readonly Json[])];
    case "map":
      return { ...closed(before as Members), ...(value as Members) };
    case "message":
      if (WHOLE.test(field.message.typeName) || before === null) return value;
      return mergeJson(field.message, before as Members, value as Members, registry);
    default:
      return value;
  }
}

/** Inside where both are of one type; else the patch. */
export function mergeAny(onto: Members, patch: Members, registry: Registry): Members {
  const type = closed(onto)["@type"];
  if (type !== patch["@type"]) return patch;
  const desc = registry.getMessage(String(type).split("/").pop() ?? "");
  if (desc === undefined) return patch;
  const { "@type": _, ...inside } = patch;
  return { "@type": type as string, ...mergeJson(desc, withoutType(onto), inside, registry) };
}

function withoutType({ "@type": _, ...inside }: Members): Members {
  return inside;
}

/** An object that is no hole. */
function closed(value: Members): Members {
  if (typeof value !== "object" || Object.hasOwn(value, "$")) throw new HoleInTheWay();
  return value;
}
