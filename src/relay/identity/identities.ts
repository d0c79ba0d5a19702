// Identities of this relay's proxies: certified by the control plane while it is there, by the zone's issuer while not.
import { randomBytes } from "node:crypto";
import type { EnvelopeMesh, Join } from "#api/zone.ts";
import { MOST_JOINS } from "#api/zone-shape.ts";
import type { Clock } from "#model/clock.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import type { NewEvent } from "#relay/registrar/event-log.ts";
import { joinOf } from "#relay/registrar/readiness.ts";
import type { Registration } from "#relay/registrar/registrar.ts";
import type { Vault } from "#relay/state/vault.ts";
import type { ZoneClient } from "#relay/zone/zone-client.ts";
import { type Identity, type ProxyKey, proxyPath, proxyText } from "#relay/zone.ts";
import { toPem } from "#trust/bytes.ts";
import { permittedUris } from "#trust/issuer.ts";
import { createSerial, signLeaf } from "#trust/leaf.ts";
import { leafUris, uriHost } from "#trust/spiffe.ts";
import type { Issuers } from "./issuers.ts";
import {
  createWorkload,
  createWorkloadKey,
  restoreWorkload,
  savedWorkload,
  type Workload,
  type WorkloadKey,
} from "./workload.ts";

/** Kuma's backdating, against clocks that differ; milliseconds. */
const BACKDATE = 10_000;

export interface IdentityOptions {
  readonly vault: Vault;
  readonly client: Pick<ZoneClient, "certificates">;
  readonly issuers: Issuers;
  readonly clock: Clock;
  /** 0..1. */
  readonly random: () => number;
  readonly log: Log;
  /** The mesh as the envelope has it; undefined where there is none. */
  readonly meshOf: (mesh: string) => EnvelopeMesh | undefined;
  readonly report: (event: NewEvent) => void;
  /** Whether the life still is the current one; a certificate of another is not kept. */
  readonly isCurrent: (registration: Registration) => boolean;
  /** Whether the control plane's answer to its join, which brings a chain, is still to come. */
  readonly isJoining: (registration: Registration) => boolean;
  /** Ends calls when the relay stops; then one that fails is no reason to certify anything here. */
  readonly stopping: AbortSignal;
  readonly onChange: () => void;
}

export interface Identities {
  /** The identity of this life; that of another with the same name only where it has the same URIs. */
  find(registration: Registration): Identity | undefined;
  /** Whether the registration needs a certificate that it does not have. */
  lacks(registration: Registration): boolean;
  /** The request for a registration's certificate; undefined where the mesh has no mTLS or the dataplane no name. */
  csrOf(registration: Registration): Promise<string | undefined>;
  /** Takes the control plane's chain for the key of `csrOf`; of several answers for one key, the first. */
  take(registration: Registration, chain: readonly string[]): Promise<void>;
  /** Certifies by the zone's issuer. False when that is impossible; the log says why. */
  issue(registration: Registration): Promise<boolean>;
  /** Renews what is due: by the control plane if it can be reached, else by the zone's issuer. Never throws. */
  renew(registrations: readonly Registration[], reachable: boolean): Promise<void>;
  forget(life: ProxyKey & Pick<Registration, "id">): Promise<void>;
  /** Resolves when what was certified is on disk, or failed to be. */
  settled(): Promise<void>;
}

/** Reads the identities of an earlier run. */
export async function openIdentities(options: IdentityOptions): Promise<Identities> {
  const { vault, client, issuers, clock, random, log, meshOf, report, onChange } = options;
  const { isCurrent, isJoining, stopping } = options;
  const workloads = new Map<string, Workload>();
  /**
   * Keys whose certificate has been asked for, by registration. A promise, set before anything is awaited: who asks
   * meanwhile for the same life asks for the same key, and an answer of another life never meets this one's key.
   */
  const asked = new Map<string, { readonly of: Registration; readonly key: Promise<WorkloadKey> }>();
  const renewing = new Set<string>();
  let writing: Promise<void> = Promise.resolve();
  for (const name of await vault.names()) {
    const workload = restoreWorkload(await vault.read(name), random());
    if (workload === null || workload.notAfter <= clock()) await vault.remove(name);
    else workloads.set(name, workload);
  }

  const wanted = ({ mesh, resource }: Registration): readonly string[] =>
    meshOf(mesh)?.mtls.enabled === true ? leafUris(mesh, { networking: resource.spec.networking ?? {} }) : [];
  const valid = (proxy: ProxyKey): Workload | undefined => {
    const workload = workloads.get(proxyPath(proxy));
    return workload !== undefined && workload.notAfter > clock() ? workload : undefined;
  };
  /** Names that it lacks because a zone's issuer may not give them are asked for again when the control plane is there. */
  const fits = (workload: Workload, registration: Registration): boolean =>
    workload.registration === registration.id || sameUris(workload.uris, wanted(registration));

  /** One file after the other: of two certificates of one proxy, the later lies on disk. */
  function enqueue(name: string, work: () => Promise<void>): Promise<void> {
    writing = writing.then(work).catch((error: unknown) => {
      log("error", "an identity could not be kept on disk", { proxy: name, reason: reasonOf(error) });
    });
    return writing;
  }

  function put(registration: Registration, workload: Workload): Promise<void> {
    if (!isCurrent(registration)) return Promise.resolve();
    const name = proxyPath(registration);
    workloads.set(name, workload);
    onChange();
    return enqueue(name, () => vault.write(name, savedWorkload(workload)));
  }

  async function keyOf(registration: Registration): Promise<WorkloadKey | undefined> {
    const uris = wanted(registration);
    if (uris.length === 0) return undefined;
    const known = asked.get(registration.id);
    if (known !== undefined) return known.key;
    for (const [id, { of }] of asked) if (!isCurrent(of)) asked.delete(id);
    const key = createWorkloadKey(uris);
    asked.set(registration.id, { of: registration, key });
    return key;
  }

  async function take(registration: Registration, chain: readonly string[]): Promise<void> {
    const key = await asked.get(registration.id)?.key;
    // A life that has ended meanwhile needs none, nor one whose first answer has come.
    if (key === undefined || chain.length === 0 || !asked.delete(registration.id)) return;
    const workload = createWorkload(chain, key, registration.id, random());
    if (workload === null)
      log("error", "a chain from the control plane is not for the key that asked", proxyField(registration));
    else await put(registration, workload);
  }

  async function issue(registration: Registration): Promise<boolean> {
    const mesh = meshOf(registration.mesh);
    const issuer = issuers.find(registration.mesh);
    if (mesh === undefined || issuer === undefined) {
      log("warn", "there is no valid issuer of the zone for this mesh", proxyField(registration));
      return false;
    }
    const { permitted, refused } = permittedUris(issuer, wanted(registration));
    if (refused.length > 0)
      log("warn", "the zone's issuer may not give these names; the certificate goes without them", {
        ...proxyField(registration),
        refused,
      });
    const key = permitted.length === 0 ? undefined : await createWorkloadKey(permitted);
    if (key === undefined) return false;
    const { der, serial, notAfter } = await signLeaf({
      issuer,
      publicKey: key.publicKey,
      uris: permitted,
      notBefore: clock() - BACKDATE,
      notAfter: clock() + mesh.mtls.leafSeconds * 1000,
      serial: createSerial(randomBytes(16)),
    });
    const workload = createWorkload([toPem("CERTIFICATE", der), ...issuer.chain], key, registration.id, random());
    if (workload === null) return false;
    await put(registration, workload);
    const { mesh: of, name, tokenId } = registration;
    const issued = {
      serial,
      notAfter: new Date(notAfter).toISOString(),
      issuer: Buffer.from(issuer.keyId).toString("hex"),
    };
    report({ kind: "issued", mesh: of, name, ...issued, tokenId });
    return true;
  }

  /** By the control plane. One that it knows no more, though it lives here, joins again; a refusal then stands. */
  async function certify(batch: readonly Registration[], again = false): Promise<void> {
    const joins: Join[] = [];
    for (const registration of batch) {
      const key = await keyOf(registration);
      const { mesh, name, id, owner } = registration;
      const whole = again ? joinOf(registration) : { mesh, name, registration: id, owner };
      if (key !== undefined) joins.push({ ...whole, csr: key.csr });
    }
    if (joins.length === 0) return;
    const { answers } = await client.certificates({ joins }, stopping);
    const unknown: Registration[] = [];
    for (const registration of batch) {
      const answer = answers.find((one) => one.registration === registration.id);
      if (answer === undefined) continue;
      if ("chain" in answer) await take(registration, answer.chain);
      else if (again)
        log("warn", "the control plane refuses a certificate", { ...proxyField(registration), reason: answer.refused });
      else unknown.push(registration);
    }
    if (unknown.length > 0) await certify(unknown, true);
  }

  async function renew(registrations: readonly Registration[], reachable: boolean): Promise<void> {
    const due = registrations.filter((registration) => {
      const workload = valid(registration);
      if (wanted(registration).length === 0 || isJoining(registration) || renewing.has(registration.id)) return false;
      return workload === undefined || !fits(workload, registration) || clock() >= workload.renewAt;
    });
    for (const { id } of due) renewing.add(id);
    try {
      for (let at = 0; at < due.length; at += MOST_JOINS) await renewBatch(due.slice(at, at + MOST_JOINS), reachable);
    } finally {
      for (const { id } of due) renewing.delete(id);
    }
  }

  async function renewBatch(batch: readonly Registration[], reachable: boolean): Promise<void> {
    try {
      if (!reachable) throw new Error("the control plane is out of reach");
      await certify(batch);
    } catch (error) {
      if (stopping.aborted) return;
      log("info", "certificates are renewed by the zone's issuer", { count: batch.length, reason: reasonOf(error) });
      for (const registration of batch) await issue(registration);
    }
  }

  return {
    find(registration) {
      const workload = valid(registration);
      return workload !== undefined && fits(workload, registration) ? workload.identity : undefined;
    },
    lacks(registration) {
      const workload = valid(registration);
      return wanted(registration).length > 0 && (workload === undefined || !fits(workload, registration));
    },
    csrOf: async (registration) => (await keyOf(registration))?.csr,
    take,
    issue,
    renew,
    forget(life) {
      const name = proxyPath(life);
      workloads.delete(name);
      asked.delete(life.id);
      return enqueue(name, () => vault.remove(name));
    },
    settled: () => writing,
  };
}

/** Hosts of URI SANs that an issuer must permit for this dataplane. */
export function hostsOf(mesh: string, { spec }: Resource<DataplaneSpec>): readonly string[] {
  const uris = leafUris(mesh, { networking: spec.networking ?? {} });
  // A value with a colon makes a host that no intermediate permits: see uriHost.
  return uris.flatMap((uri) => uriHost(uri) ?? []).filter((host) => !host.includes("/") || host === mesh);
}

function sameUris(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((uri) => other.includes(uri));
}

function proxyField(proxy: ProxyKey): { readonly proxy: string } {
  return { proxy: proxyText(proxy) };
}
