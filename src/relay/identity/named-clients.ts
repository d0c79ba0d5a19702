// Which client certificates the proxies of a zone are to show: those that some resource names.
import { isClientSecret } from "#model/client-secret.ts";
import type { Served } from "#relay/zone.ts";

const NAMES = /"(client_cert:[^"]+)"/g;

const known = new WeakMap<object, readonly string[]>();

/** By what is served now; the texts of one snapshot are looked through once. */
export function namedClients({ snapshot, newcomers }: Pick<Served, "snapshot" | "newcomers">): ReadonlySet<string> {
  const all = [...(snapshot === null ? [] : [snapshot]), ...newcomers.values()];
  return new Set(all.flatMap((one) => namesIn(one)));
}

function namesIn(one: { readonly blobs: ReadonlyMap<string, string> }): readonly string[] {
  const before = known.get(one);
  if (before !== undefined) return before;
  const names = [...one.blobs.values()].flatMap((text) =>
    text.includes("client_cert:") ? [...text.matchAll(NAMES)].flatMap(([, name = ""]) => name) : [],
  );
  const found = names.filter(isClientSecret);
  known.set(one, found);
  return found;
}
