// Certificates that the mesh shows to services outside: an egress alone is given their keys.
import { clientSecretOf } from "#model/client-secret.ts";
import type { ExternalPeer, ExternalPlace } from "./matched.ts";

export interface ShownCertificate {
  readonly clientCert?: object;
  readonly clientKey?: { readonly secret?: string };
}

/** The part of a peer that says what is shown to it. */
export function shownTo({ clientKey }: ShownCertificate): Pick<ExternalPeer, "client"> {
  const client = clientSecretOf(clientKey);
  return client === null ? {} : { client };
}

/** The place for a client's own proxy, which no key is given to. */
export function withoutClient({ endpoints, tls }: ExternalPlace): ExternalPlace {
  const bare = (peer: ExternalPeer): ExternalPeer => {
    const { client: _client, ...others } = peer;
    return others;
  };
  return {
    endpoints: endpoints.map((one) => (one.tls ? { ...one, tls: bare(one.tls) } : one)),
    tls: tls === null ? null : bare(tls),
  };
}

/** The names of the secrets that an egress shows there. */
export function clientsOf({ endpoints, tls }: ExternalPlace): readonly string[] {
  return [tls, ...endpoints.map((one) => one.tls)].flatMap((peer) => peer?.client ?? []);
}
