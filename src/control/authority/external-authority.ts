// CA certificates that external services name by Secret: public, so that views and snapshots may hold them.
import { pemReason } from "#model/pem.ts";
import type { Resource } from "#model/resource.ts";
import type { Sealed } from "#model/sealed.ts";
import { fromPem, toPem } from "#trust/bytes.ts";
import { serviceTls, withServiceTls } from "./service-tls.ts";

/** PEM by name of the Secret; what a Secret holds beside certificates is in none. */
export type Authorities = ReadonlyMap<string, string>;

/** The Secret that holds the CA certificate of an external service; undefined where none does. */
function secretOf(resource: Resource): string | undefined {
  return serviceTls(resource).caCert?.secret;
}

/** Reads what the services name. Names of Secrets without a certificate go to `problems`, and the map holds nothing for them. */
export async function readAuthorities(
  externals: readonly Resource[],
  readSecret: (name: string) => Promise<Sealed | null>,
  problems: string[],
): Promise<Authorities> {
  const found = new Map<string, string>();
  for (const name of new Set(externals.flatMap((one) => secretOf(one) ?? []))) {
    const pem = certificatesIn((await readSecret(name))?.reveal() ?? "");
    if (pem === "") problems.push(`the Secret ${name} holds no CA certificate`);
    else found.set(name, pem);
  }
  return found;
}

/** The certificates of a text, as PEM; empty where there is none, or one that could not be read. */
function certificatesIn(text: string): string {
  try {
    const all = fromPem(text).flatMap(({ label, der }) => (label === "CERTIFICATE" ? [toPem(label, der)] : []));
    const pem = all.join("");
    return pemReason(pem) === null ? pem : "";
  } catch {
    return "";
  }
}

const filled = new WeakMap<Resource, { readonly pem: string; readonly resource: Resource }>();

/** The service with its CA certificate in place of the Secret's name; the same object each time, and itself where nothing is named. */
export function withAuthority(resource: Resource, authorities: Authorities): Resource {
  const pem = authorities.get(secretOf(resource) ?? "");
  if (pem === undefined) return resource;
  const known = filled.get(resource);
  if (known?.pem === pem) return known.resource;
  const made = withServiceTls(resource, { caCert: { inlineString: pem } });
  filled.set(resource, { pem, resource: made });
  return made;
}
