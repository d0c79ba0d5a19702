// Certificates that this zone's egresses show to services outside the mesh: asked of the control plane, kept sealed for when it is away.
import type { EnrolResponse, SecretContent } from "#api/zone.ts";
import { MOST_SECRETS } from "#api/zone-shape.ts";
import { Sealed } from "#model/sealed.ts";
import { digest } from "#relay/digest.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import type { RelayKeys } from "#relay/state/relay-keys.ts";
import type { Vault } from "#relay/state/vault.ts";
import type { ZoneClient } from "#relay/zone/zone-client.ts";
import type { Identity } from "#relay/zone.ts";
import { openAtRelay } from "#trust/relay-seal.ts";

export interface ClientCertificatesOptions {
  readonly vault: Vault;
  readonly client: Pick<ZoneClient, "secrets">;
  readonly enrolment: Pick<EnrolResponse, "tenant" | "zone" | "relay">;
  /** Opens what is sealed to this relay. */
  readonly key: RelayKeys["agree"];
  readonly log: Log;
  readonly stopping: AbortSignal;
  readonly onChange: () => void;
}

export interface ClientCertificates {
  /** By its SDS secret's name, which means one content. */
  find(name: string): Identity | undefined;
  /** Asks for those of these that are not here, and forgets others when all are. Never throws. */
  keep(names: ReadonlySet<string>): Promise<void>;
}

/** Reads those of an earlier run. */
export async function openClientCertificates(options: ClientCertificatesOptions): Promise<ClientCertificates> {
  const { vault, client, enrolment, key, log, stopping, onChange } = options;
  const held = new Map<string, Identity>();
  const refusals = new Set<string>();
  for (const file of await vault.names()) {
    const saved = await vault.read(file);
    const content = readContent(saved);
    const { name } = (saved ?? {}) as { readonly name?: unknown };
    if (content === null || typeof name !== "string" || fileOf(name) !== file) await vault.remove(file);
    else held.set(name, identityOf(content));
  }

  async function fetch(names: readonly string[]): Promise<void> {
    const { secrets } = await client.secrets({ names }, stopping);
    for (const one of secrets) {
      const { name } = one;
      if (!names.includes(name)) continue;
      if ("refused" in one) {
        // Its snapshot may be a moment older than the control plane: the next one names another.
        if (!refusals.has(name))
          log("warn", "a client certificate is not given", { secret: name, reason: one.refused });
        refusals.add(name);
        continue;
      }
      const { tenant, zone, relay } = enrolment;
      const opened = await openAtRelay(key, { tenant, zone, relay, name }, one.sealed);
      const content = readContent(JSON.parse(opened.reveal()));
      if (content === null) continue;
      held.set(name, identityOf(content));
      refusals.delete(name);
      await vault.write(fileOf(name), { ...content, name });
    }
  }

  return {
    find: (name) => held.get(name),
    async keep(names) {
      const missing = [...names].filter((name) => !held.has(name)).sort();
      try {
        for (let at = 0; at < missing.length; at += MOST_SECRETS) await fetch(missing.slice(at, at + MOST_SECRETS));
        if (missing.some((name) => held.has(name))) onChange();
        if ([...names].some((name) => !held.has(name))) return;
        for (const name of [...held.keys()].filter((one) => !names.has(one))) {
          held.delete(name);
          await vault.remove(fileOf(name));
        }
      } catch (error) {
        if (!stopping.aborted) log("warn", "client certificates could not be fetched", { reason: reasonOf(error) });
      }
    },
  };
}

/** A name may be longer than a file's. */
function fileOf(name: string): string {
  return digest(name);
}

function readContent(saved: unknown): SecretContent | null {
  if (typeof saved !== "object" || saved === null) return null;
  const { chain, key } = saved as Readonly<Record<string, unknown>>;
  return typeof chain === "string" && typeof key === "string" ? { chain, key } : null;
}

function identityOf({ chain, key }: SecretContent): Identity {
  return { chainPem: chain, keyPem: new Sealed(key), version: digest(chain), notAfter: Number.POSITIVE_INFINITY };
}
