// Secrets that no patch may name: client certificates toward services outside, whose keys egresses alone are given.
import { isClientSecret } from "#model/client-secret.ts";
import { isJsonObject, type Json } from "#model/json.ts";

/**
 * Why the patched resource is none, or null: a relay gives a proxy each certificate that its resources name. `was` is the
 * resource before; null where there was none.
 */
export function foreignSecret(made: Json, was: Json): string | null {
  const known = new Set(clientSecretsIn(was));
  for (const name of clientSecretsIn(made))
    if (!known.has(name)) return "it names the client certificate of a service outside, which egresses alone show";
  return null;
}

/** Texts that are such names, wherever they stand. */
function* clientSecretsIn(value: Json): Iterable<string> {
  if (typeof value === "string") {
    if (isClientSecret(value)) yield value;
  } else if (Array.isArray(value)) for (const item of value) yield* clientSecretsIn(item);
  else if (isJsonObject(value)) for (const member of Object.values(value)) yield* clientSecretsIn(member);
}
