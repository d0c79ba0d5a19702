// Upkeep: now and then, and after each snapshot, certificates, issuers and what the control plane knows of this relay are looked at.

import type { Envelope } from "#api/zone.ts";
import type { Named } from "#model/spiffe.ts";
import { resourcesOf, type View } from "#model/view.ts";
import type { ClientCertificates } from "./identity/client-certificates.ts";
import type { Identities } from "./identity/identities.ts";
import type { Issuers } from "./identity/issuers.ts";
import { namedClients } from "./identity/named-clients.ts";
import { hostsOf, namedIn } from "./identity/seat.ts";
import { type Log, reasonOf } from "./log.ts";
import type { Newcomers } from "./newcomers.ts";
import type { AntiEntropy } from "./registrar/anti-entropy.ts";
import type { Registrar, Registration } from "./registrar/registrar.ts";

export interface UpkeepOptions {
  readonly log: Log;
  readonly registrar: Pick<Registrar, "all">;
  readonly newcomers: Pick<Newcomers, "knows" | "served">;
  readonly identities: Pick<Identities, "renew">;
  readonly issuers: Pick<Issuers, "keep" | "ensure">;
  readonly clients: Pick<ClientCertificates, "keep">;
  readonly antiEntropy: Pick<AntiEntropy, "settle">;
  readonly envelope: () => Envelope | null;
  readonly views: () => readonly View[];
  readonly isReached: () => boolean;
  readonly isStopping: () => boolean;
}

export interface Upkeep {
  /** One at a time; what comes meanwhile is looked at right after. Never throws. */
  look(): Promise<void>;
  /** The control plane has taken the registration, though no snapshot or view may show it yet. */
  taken(registration: Pick<Registration, "id">): void;
  /** Resolves when what is under way has ended. */
  settled(): Promise<void>;
}

export function createUpkeep(options: UpkeepOptions): Upkeep {
  const { log, registrar, newcomers, identities, issuers, clients, antiEntropy, isReached, isStopping } = options;
  const taken = new Set<string>();
  let looking: Promise<void> | null = null;
  let again = false;

  /** Every proxy of the mesh that the control plane knows: these tag keys it can permit to the zone's issuer. */
  function knownIn(mesh: string): readonly Named[] {
    const view = options.views().find((one) => one.mesh.name === mesh);
    const own = registrar.all().filter((one) => taken.has(one.id) || newcomers.knows(one));
    const stored = view === undefined ? [] : resourcesOf(view, "Dataplane");
    return [
      ...stored.map(({ spec }) => ({ networking: spec.networking ?? {} })),
      ...own.flatMap((one) => namedIn(mesh, one) ?? []),
    ];
  }

  async function keepIssuers(envelope: Envelope): Promise<void> {
    const issuable = envelope.meshes.filter(
      ({ mtls: { enabled, zoneIssuer = "on" } }) => enabled && zoneIssuer === "on",
    );
    await issuers.keep(new Set(issuable.map(({ name }) => name)));
    if (!isReached()) return;
    await issuers.ensure(
      issuable.map(({ name: mesh, bundle }) => ({
        mesh,
        bundle,
        hosts: new Set(knownIn(mesh).flatMap((one) => hostsOf(mesh, one))),
      })),
    );
  }

  async function lookOnce(): Promise<void> {
    if (isReached()) await clients.keep(namedClients(newcomers.served()));
    const envelope = options.envelope();
    if (envelope !== null) await keepIssuers(envelope);
    for (const one of registrar.all()) if (newcomers.knows(one)) taken.add(one.id);
    const newest = options.envelope();
    if (newest !== null && isReached()) await antiEntropy.settle(newest);
    const registrations = registrar.all();
    const living = new Set(registrations.map(({ id }) => id));
    for (const id of taken) if (!living.has(id)) taken.delete(id);
    await identities.renew(registrations, isReached());
  }

  async function run(): Promise<void> {
    while (again && !isStopping()) {
      again = false;
      try {
        await lookOnce();
      } catch (error) {
        log("error", "certificates could not be kept up", { reason: reasonOf(error) });
      }
    }
  }

  return {
    look() {
      again = true;
      looking ??= run().finally(() => {
        looking = null;
      });
      return looking;
    },
    taken: ({ id }) => void taken.add(id),
    settled: async () => {
      await looking;
    },
  };
}
