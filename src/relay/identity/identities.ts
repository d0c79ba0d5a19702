// Identities of this relay's proxies: certified by the control plane while it is there, by the zone's issuer while not.
import { randomBytes } from "node:crypto";
import type { EnvelopeMesh, Join } from "#api/zone.ts";
import { MOST_JOINS } from "#api/zone-shape.ts";
import type { Clock } from "#model/clock.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import type { NewEvent } from "#relay/registrar/event-log.ts";
import type { Registration } from "#relay/registrar/registrar.ts";
import type { Vault } from "#relay/state/vault.ts";
import type { ZoneClient } from "#relay/zone/zone-client.ts";
import { type Identity, type ProxyKey, proxyText } from "#relay/zone.ts";
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
  workloadName,
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
  readonly onChange: () => void;
}

export interface Identities {
  find(proxy: ProxyKey): Identity | undefined;
  /** Whether the registration needs a certificate that it does not have. */
  lacks(registration: Registration): boolean;
  /** The request for a registration's certificate; undefined where the mesh has no mTLS or the dataplane no name. */
  csrOf(registration: Registration): Promise<string | undefined>;
  /** Takes the control plane's chain for the key of the last `csrOf`. */
  take(registration: Registration, chain: readonly string[]): Promise<void>;
  /** Certifies by the zone's issuer. False when that is impossible; the log says why. */
  issue(registration: Registration): Promise<boolean>;
  /** Renews what is due: by the control plane if it can be reached, else by the zone's issuer. Never throws. */
  renew(registrations: readonly Registration[], reachable: boolean): Promise<void>;
  forget(proxy: ProxyKey): Promise<void>;
}

/** A key whose certificate has been asked for. Whoever asks meanwhile asks for the same key, so that any answer fits. */
interface Waiting {
  readonly key: WorkloadKey;
  readonly uris: readonly string[];
  readonly since: number;
}

/** How long an answer is waited for before upkeep asks by itself; milliseconds. */
const IN_FLIGHT = 10_000;

/** Reads the identities of an earlier run. */
export async function openIdentities(options: IdentityOptions): Promise<Identities> {
  const { vault, client, issuers, clock, random, log, meshOf, report, onChange } = options;
  const workloads = new Map<string, Workload>();
  const waiting = new Map<string, Waiting>();
  for (const name of await vault.names()) {
    const workload = restoreWorkload(await vault.read(name), random());
    if (workload === null || workload.notAfter <= clock()) await vault.remove(name);
    else workloads.set(name, workload);
  }

  const wanted = ({ mesh, resource }: Registration): readonly string[] =>
    meshOf(mesh)?.mtls.enabled === true ? leafUris(mesh, { networking: resource.spec.networking ?? {} }) : [];
  const valid = (proxy: ProxyKey): Workload | undefined => {
    const workload = workloads.get(workloadName(proxy));
    return workload !== undefined && workload.notAfter > clock() ? workload : undefined;
  };
  /** Names that it lacks because a zone's issuer may not give them are asked for again when the control plane is there. */
  const fits = (workload: Workload, registration: Registration): boolean =>
    workload.registration === registration.id || sameUris(workload.uris, wanted(registration));

  async function put(registration: Registration, workload: Workload): Promise<void> {
    const name = workloadName(registration);
    workloads.set(name, workload);
    waiting.delete(name);
    onChange();
    try {
      await vault.write(name, savedWorkload(workload));
    } catch (error) {
      log("error", "an identity could not be kept on disk", { proxy: name, reason: reasonOf(error) });
    }
  }

  async function keyOf(registration: Registration): Promise<WorkloadKey | undefined> {
    const uris = wanted(registration);
    if (uris.length === 0) return undefined;
    const name = workloadName(registration);
    const asked = waiting.get(name);
    if (asked !== undefined && sameUris(asked.uris, uris)) return asked.key;
    const key = await createWorkloadKey(uris);
    waiting.set(name, { key, uris, since: clock() });
    return key;
  }

  async function take(registration: Registration, chain: readonly string[]): Promise<void> {
    const asked = waiting.get(workloadName(registration));
    if (asked === undefined || chain.length === 0) return;
    const workload = createWorkload(chain, asked.key, registration.id, random());
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
      const { mesh, name, id, owner, wire, token } = registration;
      const whole = again ? { ...(wire === undefined ? {} : { dataplane: wire }), token: token.reveal() } : {};
      if (key !== undefined) joins.push({ mesh, name, registration: id, owner, csr: key.csr, ...whole });
    }
    if (joins.length === 0) return;
    const { answers } = await client.certificates({ joins });
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
      if (wanted(registration).length === 0) return false;
      const asked = waiting.get(workloadName(registration));
      if (asked !== undefined && clock() - asked.since < IN_FLIGHT) return false;
      return workload === undefined || !fits(workload, registration) || clock() >= workload.renewAt;
    });
    for (let at = 0; at < due.length; at += MOST_JOINS) {
      const batch = due.slice(at, at + MOST_JOINS);
      try {
        if (!reachable) throw new Error("the control plane is out of reach");
        await certify(batch);
      } catch (error) {
        log("info", "certificates are renewed by the zone's issuer", { count: batch.length, reason: reasonOf(error) });
        for (const registration of batch) await issue(registration);
      }
    }
  }

  return {
    find: (proxy) => valid(proxy)?.identity,
    lacks(registration) {
      const workload = valid(registration);
      return wanted(registration).length > 0 && (workload === undefined || !fits(workload, registration));
    },
    csrOf: async (registration) => (await keyOf(registration))?.csr,
    take,
    issue,
    renew,
    async forget(proxy) {
      workloads.delete(workloadName(proxy));
      waiting.delete(workloadName(proxy));
      await vault.remove(workloadName(proxy));
    },
  };
}

/** Hosts of URI SANs that an issuer must permit for this registration. */
export function hostsOf({ mesh, resource }: Registration): readonly string[] {
  const uris = leafUris(mesh, { networking: resource.spec.networking ?? {} });
  // A value with a colon makes a host that no intermediate permits: see uriHost.
  return uris.flatMap((uri) => uriHost(uri) ?? []).filter((host) => !host.includes("/") || host === mesh);
}

function sameUris(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((uri) => other.includes(uri));
}

function proxyField(proxy: ProxyKey): { readonly proxy: string } {
  return { proxy: proxyText(proxy) };
}
