// One way to write an Envoy resource: through its protobuf, without defaults and with one spelling of every value.
import { fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { envoyRegistry } from "#envoy/descriptor.ts";
import { xdsType } from "#envoy/type-url.ts";
import type { Json } from "#model/json.ts";

const KINDS = { cluster: "cluster", listener: "listener", endpoints: "endpoints", route: "route" } as const;

/** The resource as protobuf's JSON; as it stands where it holds a message that Weft has no descriptor of. */
export function canonicalResource(name: string, body: Json): Json {
  const kind = name.slice(0, name.indexOf(" ")) as keyof typeof KINDS;
  const registry = envoyRegistry();
  const schema = registry.getMessage(xdsType(KINDS[kind]).message);
  if (schema === undefined) return body;
  try {
    const message = fromJson(schema, body as JsonValue, { registry, ignoreUnknownFields: false });
    return sorted(unwrapped(toJson(schema, message, { registry }) as Json));
  } catch {
    return sorted(unwrapped(body));
  }
}

const WRAPPED = "type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher";

/** An extension under a matcher that asks nothing is the extension itself. */
function unwrapped(value: Json): Json {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  const { "@type": type, extensionConfig, xdsMatcher } = value as { readonly [key: string]: Json };
  if (type === WRAPPED && JSON.stringify(xdsMatcher) === "{}") {
    return unwrapped((extensionConfig as { readonly [key: string]: Json }).typedConfig as Json);
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unwrapped(one as Json)]));
}

/** With the members of every object in the order of their names. */
export function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value) as [string, Json][];
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}
