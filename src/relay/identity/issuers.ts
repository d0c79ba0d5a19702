// The zone's own issuers: one intermediate a mesh, renewed daily while the control plane is there, used when it is not.
import type { Clock } from "#model/clock.ts";
import { Sealed } from "#model/sealed.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import type { Vault } from "#relay/state/vault.ts";
import type { ZoneClient } from "#relay/zone/zone-client.ts";
import { fromBase64, toBase64 } from "#trust/bytes.ts";
import { type Issuer, loadIssuer } from "#trust/issuer.ts";
import { createWorkloadKey } from "./workload.ts";

const DAY = 24 * 3600_000;
/** A new tag key asks for a new intermediate, but not more often than so; milliseconds. */
const AT_MOST_EVERY = 60_000;

export interface Issuers {
  /** Undefined where there is none that is still valid. */
  find(mesh: string): Issuer | undefined;
  /** Renews those that are a day old or lack one of the hosts. Never throws. */
  ensure(meshes: readonly { readonly mesh: string; readonly hosts: readonly string[] }[]): Promise<void>;
}

interface Held {
  readonly issuer: Issuer;
  readonly obtainedAt: number;
}

/** Reads what an earlier run kept. */
export async function openIssuers(
  vault: Vault,
  client: Pick<ZoneClient, "issuer">,
  clock: Clock,
  log: Log,
): Promise<Issuers> {
  const held = new Map<string, Held>();
  const asked = new Map<string, number>();
  for (const mesh of await vault.names()) {
    const one = await restore(await vault.read(mesh));
    if (one !== null) held.set(mesh, one);
  }

  function isDue(mesh: string, hosts: readonly string[]): boolean {
    const one = held.get(mesh);
    const since = clock() - (asked.get(mesh) ?? Number.NEGATIVE_INFINITY);
    if (one === undefined || clock() - one.obtainedAt >= DAY) return since >= AT_MOST_EVERY / 6;
    const { permittedHosts } = one.issuer;
    const lacks = permittedHosts !== null && hosts.some((host) => !permittedHosts.includes(host));
    return lacks && since >= AT_MOST_EVERY;
  }

  async function renew(mesh: string): Promise<void> {
    asked.set(mesh, clock());
    try {
      const key = await createWorkloadKey([]);
      const { chain } = await client.issuer({ mesh, csr: key.csr });
      const one = { issuer: await loadIssuer(chain, key.pkcs8), obtainedAt: clock() };
      held.set(mesh, one);
      await vault.write(mesh, { chain, pkcs8: toBase64(key.pkcs8.reveal()), obtainedAt: one.obtainedAt });
    } catch (error) {
      log("warn", "the zone's issuer of a mesh could not be renewed", { mesh, reason: reasonOf(error) });
    }
  }

  return {
    find(mesh) {
      const one = held.get(mesh);
      return one !== undefined && one.issuer.notAfter > clock() ? one.issuer : undefined;
    },
    async ensure(meshes) {
      await Promise.all(meshes.filter(({ mesh, hosts }) => isDue(mesh, hosts)).map(({ mesh }) => renew(mesh)));
    },
  };
}

async function restore(saved: unknown): Promise<Held | null> {
  if (typeof saved !== "object" || saved === null) return null;
  const { chain, pkcs8, obtainedAt } = saved as Readonly<Record<string, unknown>>;
  const secret = typeof pkcs8 === "string" ? fromBase64(pkcs8) : null;
  if (!Array.isArray(chain) || secret === null || typeof obtainedAt !== "number") return null;
  try {
    return { issuer: await loadIssuer(chain.map(String), new Sealed<Uint8Array>(secret)), obtainedAt };
  } catch {
    return null;
  }
}
