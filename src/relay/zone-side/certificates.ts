// The keys and certificates that a zone side holds: of its issuers, of its proxies, and those that egresses show to others.
import { type ClientCertificates, openClientCertificates } from "#relay/identity/client-certificates.ts";
import { type Identities, openIdentities } from "#relay/identity/identities.ts";
import { type Issuers, openIssuers } from "#relay/identity/issuers.ts";
import type { Outbox } from "#relay/registrar/outbox.ts";
import type { RelayKeys } from "#relay/state/relay-keys.ts";
import type { Ground } from "./ground.ts";
import type { Lives } from "./lives.ts";

export interface Certificates {
  readonly issuers: Issuers;
  readonly identities: Identities;
  readonly clients: ClientCertificates;
}

export interface CertificatesOptions {
  /** Opens what is sealed to this relay. */
  readonly key: RelayKeys["agree"];
  readonly isCurrent: Lives["isCurrent"];
  /** Opened afterwards. */
  readonly outbox: () => Pick<Outbox, "wake" | "awaits">;
}

export async function openCertificates(
  { enrolment, client, clock, log, events, moment, stopping: { signal: stopping }, vault }: Ground,
  { key, isCurrent, outbox }: CertificatesOptions,
): Promise<Certificates> {
  const onChange = moment.changed;
  const issuers = await openIssuers(await vault("issuers"), client, clock, log, stopping);
  const identities = await openIdentities({
    vault: await vault("identities"),
    client,
    issuers,
    clock,
    random: Math.random,
    log,
    meshes: () => moment.envelope?.meshes ?? [],
    isCurrent,
    isJoining: ({ id }) => outbox().awaits(id),
    stopping,
    report: (event) => {
      events.add(event);
      outbox().wake();
    },
    onChange,
  });
  const clients = await openClientCertificates({
    vault: await vault("client-certificates"),
    ...{ client, enrolment, key, log, stopping, onChange },
  });
  return { issuers, identities, clients };
}
