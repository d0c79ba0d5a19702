// The zone's own issuers: one intermediate a mesh, renewed daily while the control plane is there, used when it is not.
import type { Clock } from "#model/clock.ts";
import { Sealed } from "#model/sealed.ts";
import { createOnce, type Log, reasonOf } from "#relay/log.ts";
import type { Vault } from "#relay/state/vault.ts";
import { isUnreachable, type ZoneClient } from "#relay/zone/zone-client.ts";
import { fromBase64, toBase64 } from "#trust/bytes.ts";
import { type Issuer, loadIssuer } from "#trust/issuer.ts";
import { createWorkloadKey } from "./workload.ts";

const DAY = 24 * 3600_000;
/** What was asked for in vain (a failed call, a host that the control plane does not give) is asked for again after so long; milliseconds. */
const AGAIN = 60_000;
const AGAIN_AFTER_FAILURE = 5_000;

export interface Issuers {
  /** Undefined where there is none that is still valid. */
  find(mesh: string): Issuer | undefined;
  /**
   * Renews those that are a day old or lack one of the hosts: at once for a host that was not asked for yet. Calls at the
   * same time for one mesh run in turn. Never throws.
   */
  ensure(meshes: readonly { readonly mesh: string; readonly hosts: ReadonlySet<string> }[]): Promise<void>;
}

/** The last request of a mesh: what it was to permit, and whether there was no good answer. */
interface Asked {
  readonly at: number;
  readonly hosts: ReadonlySet<string>;
  failed: boolean;
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
  stopping: AbortSignal,
): Promise<Issuers> {
  const held = new Map<string, Held>();
  const asked = new Map<string, Asked>();
  const turns = new Map<string, Promise<void>>();
  const once = createOnce(log);
  for (const mesh of await vault.names()) {
    const one = await restore(await vault.read(mesh));
    if (one !== null) held.set(mesh, one);
  }

  function isDue(mesh: string, hosts: ReadonlySet<string>): boolean {
    const one = held.get(mesh);
    const last = asked.get(mesh);
    const since = clock() - (last?.at ?? Number.NEGATIVE_INFINITY);
    if (last?.failed === true) return since >= AGAIN_AFTER_FAILURE;
    if (one === undefined || clock() - one.obtainedAt >= DAY) return true;
    const { permittedHosts } = one.issuer;
    if (permittedHosts === null) return false;
    const lacking = [...hosts].filter((host) => !permittedHosts.includes(host));
    return lacking.some((host) => last?.hosts.has(host) !== true) || (lacking.length > 0 && since >= AGAIN);
  }

  async function renew(mesh: string, hosts: ReadonlySet<string>): Promise<void> {
    const ask = { at: clock(), hosts, failed: false };
    asked.set(mesh, ask);
    try {
      const key = await createWorkloadKey([]);
      const { chain } = await client.issuer({ mesh, csr: key.csr }, stopping);
      const one = { issuer: await loadIssuer(chain, key.pkcs8), obtainedAt: clock() };
      held.set(mesh, one);
      once.reset();
      await vault.write(mesh, { chain, pkcs8: toBase64(key.pkcs8.reveal()), obtainedAt: one.obtainedAt });
    } catch (error) {
      if (stopping.aborted) return;
      ask.failed = !held.has(mesh) || isUnreachable(error);
      const reason = `${mesh}: ${reasonOf(error)}`;
      once(isUnreachable(error) ? "debug" : "warn", "the zone's issuer of a mesh could not be renewed", reason);
    }
  }

  async function ensureOne(mesh: string, hosts: ReadonlySet<string>): Promise<void> {
    if (!stopping.aborted && isDue(mesh, hosts)) await renew(mesh, hosts);
  }

  return {
    find(mesh) {
      const one = held.get(mesh);
      return one !== undefined && one.issuer.notAfter > clock() ? one.issuer : undefined;
    },
    async ensure(meshes) {
      await Promise.all(
        meshes.map(({ mesh, hosts }) => {
          const turn = (turns.get(mesh) ?? Promise.resolve()).then(() => ensureOne(mesh, hosts));
          turns.set(mesh, turn);
          return turn;
        }),
      );
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
