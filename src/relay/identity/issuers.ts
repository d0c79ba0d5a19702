// The relay's own issuers: one intermediate a mesh, renewed daily under one key while the control plane is there, used when it is not.
import type { EnvelopeMesh } from "#api/zone.ts";
import { type Clock, passedSince } from "#model/clock.ts";
import { Sealed } from "#model/sealed.ts";
import { createOnce, type Log, reasonOf } from "#relay/log.ts";
import type { Vault } from "#relay/state/vault.ts";
import { isUnreachable, type ZoneClient } from "#relay/zone/zone-client.ts";
import { fromBase64, toBase64, toHex } from "#trust/bytes.ts";
import { type Issuer, loadIssuer } from "#trust/issuer.ts";
import { type Anchors, createAnchors } from "./anchors.ts";
import { createWorkloadKey, issuersOf } from "./workload.ts";

const DAY = 24 * 3600_000;
/** What was asked for in vain (a failed call, a host that the control plane does not give) is asked for again after so long; milliseconds. */
const AGAIN = 60_000;
const AGAIN_AFTER_FAILURE = 5_000;

/** A mesh that the zone may issue certificates of. */
export interface Issuable extends Pick<EnvelopeMesh, "bundle"> {
  readonly mesh: string;
  /** Hosts that it must permit. */
  readonly hosts: ReadonlySet<string>;
}

export interface Issuers {
  /** Undefined where there is none that is still valid. */
  find(mesh: string): Issuer | undefined;
  /** Drops those of all other meshes, key and certificate. Never throws. */
  keep(meshes: ReadonlySet<string>): Promise<void>;
  /**
   * Renews those that are a day old, lack one of the hosts or have no place in the bundle: at once for a host that was not
   * asked for yet. Calls at the same time for one mesh run in turn. Never throws.
   */
  ensure(meshes: readonly Issuable[]): Promise<void>;
}

/** The last request of a mesh: what it was to permit, and whether there was no good answer. */
interface Asked {
  readonly at: number;
  readonly hosts: ReadonlySet<string>;
  failed: boolean;
}

/** Key and subject stay over renewals: where issuers are trusted one by one, an older certificate of it still is an anchor. */
interface Key {
  readonly pkcs8: Sealed<Uint8Array>;
  /** PKCS #10 DER, base64. */
  readonly csr: string;
}

interface Held {
  readonly issuer: Issuer;
  readonly chain: readonly string[];
  readonly obtainedAt: number;
  /** Null where an earlier release kept none: the next certificate is for another key. */
  readonly key: Key | null;
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
  const anchors: Anchors = createAnchors();
  const once = createOnce(log);
  for (const mesh of await vault.names()) {
    const one = await restore(await vault.read(mesh));
    if (one !== null) held.set(mesh, one);
  }

  async function isDue({ mesh, hosts, bundle }: Issuable): Promise<boolean> {
    const one = held.get(mesh);
    const last = asked.get(mesh);
    const since = passedSince(clock, last?.at ?? Number.NEGATIVE_INFINITY);
    if (last?.failed === true) return since >= AGAIN_AFTER_FAILURE;
    if (one === undefined || passedSince(clock, one.obtainedAt) >= DAY) return true;
    const { permittedHosts, keyId } = one.issuer;
    // The mesh has another CA, or the key is trusted no more.
    if (since >= AGAIN && !(await anchors.hold(bundle, [toHex(keyId), ...issuersOf(one.chain)]))) return true;
    if (permittedHosts === null) return false;
    const lacking = [...hosts].filter((host) => !permittedHosts.includes(host));
    return lacking.some((host) => last?.hosts.has(host) !== true) || (lacking.length > 0 && since >= AGAIN);
  }

  async function renew(mesh: string, hosts: ReadonlySet<string>): Promise<void> {
    const ask = { at: clock(), hosts, failed: false };
    asked.set(mesh, ask);
    try {
      const known = held.get(mesh)?.key ?? null;
      await obtain(mesh, known ?? (await createKey()), ask.at).catch(async (error: unknown) => {
        // A key that the control plane does not take: it may have been revoked.
        if (known === null || isUnreachable(error)) throw error;
        await obtain(mesh, await createKey(), ask.at);
      });
      once.reset();
    } catch (error) {
      if (stopping.aborted) return;
      ask.failed = !held.has(mesh) || isUnreachable(error);
      const reason = `${mesh}: ${reasonOf(error)}`;
      once(isUnreachable(error) ? "debug" : "warn", "the zone's issuer of a mesh could not be renewed", reason);
    }
  }

  async function obtain(mesh: string, key: Key, obtainedAt: number): Promise<void> {
    const { chain } = await client.issuer({ mesh, csr: key.csr }, stopping);
    const one = { issuer: await loadIssuer(chain, key.pkcs8), chain, obtainedAt, key };
    held.set(mesh, one);
    const { pkcs8, csr } = key;
    await vault.write(mesh, { chain, pkcs8: toBase64(pkcs8.reveal()), csr, obtainedAt });
  }

  async function ensureOne(wanted: Issuable): Promise<void> {
    if (!stopping.aborted && (await isDue(wanted))) await renew(wanted.mesh, wanted.hosts);
  }

  function inTurn(mesh: string, work: () => Promise<void>): Promise<void> {
    const turn = (turns.get(mesh) ?? Promise.resolve()).then(work);
    turns.set(mesh, turn);
    return turn;
  }

  async function drop(mesh: string): Promise<void> {
    held.delete(mesh);
    asked.delete(mesh);
    log("info", "the zone's issuer of a mesh is dropped: the zone may not issue its certificates", { mesh });
    await vault.remove(mesh).catch((error: unknown) => {
      log("error", "the zone's issuer of a mesh could not be removed from disk", { mesh, reason: reasonOf(error) });
    });
  }

  return {
    find(mesh) {
      const one = held.get(mesh);
      return one !== undefined && one.issuer.notAfter > clock() ? one.issuer : undefined;
    },
    async keep(meshes) {
      const others = [...held.keys()].filter((mesh) => !meshes.has(mesh));
      await Promise.all(others.map((mesh) => inTurn(mesh, () => drop(mesh))));
    },
    async ensure(meshes) {
      await Promise.all(meshes.map((wanted) => inTurn(wanted.mesh, () => ensureOne(wanted))));
    },
  };
}

async function createKey(): Promise<Key> {
  const { pkcs8, csr } = await createWorkloadKey([]);
  return { pkcs8, csr };
}

async function restore(saved: unknown): Promise<Held | null> {
  if (typeof saved !== "object" || saved === null) return null;
  const { chain, pkcs8, csr, obtainedAt } = saved as Readonly<Record<string, unknown>>;
  const secret = typeof pkcs8 === "string" ? fromBase64(pkcs8) : null;
  if (!Array.isArray(chain) || secret === null || typeof obtainedAt !== "number") return null;
  const texts = chain.map(String);
  const sealed = new Sealed<Uint8Array>(secret);
  try {
    const key = typeof csr === "string" ? { pkcs8: sealed, csr } : null;
    return { issuer: await loadIssuer(texts, sealed), chain: texts, obtainedAt, key };
  } catch {
    return null;
  }
}
