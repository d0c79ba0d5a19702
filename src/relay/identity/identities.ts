// Identities of this relay's proxies: certified by the control plane while it is there, by the zone's issuer while not.
import { randomBytes } from "node:crypto";
import type { CertificatesResponse, EnvelopeMesh, Join } from "#api/zone.ts";
import { MOST_CSRS, MOST_JOINS } from "#api/zone-shape.ts";
import type { Clock } from "#model/clock.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import type { NewEvent } from "#relay/registrar/event-log.ts";
import { joinOf } from "#relay/registrar/readiness.ts";
import { type Registration, typeOf } from "#relay/registrar/registrar.ts";
import type { Vault } from "#relay/state/vault.ts";
import type { ZoneClient } from "#relay/zone/zone-client.ts";
import { type Identity, type ProxyKey, proxyPath, proxyText } from "#relay/zone.ts";
import { toPem } from "#trust/bytes.ts";
import { permittedUris } from "#trust/issuer.ts";
import { createSerial, signLeaf } from "#trust/leaf.ts";
import type { Issuers } from "./issuers.ts";
import { auditName, type Seat, seatsOf } from "./seat.ts";
import { createMending, noIssuerReason, type Poor, type Standing, standingOf } from "./standing.ts";
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
/** By so much a certificate that the zone issues must outlive the one it replaces; milliseconds. */
const GAIN = 60_000;
const MOST_NOTED = 1000;

export interface IdentityOptions {
  readonly vault: Vault;
  readonly client: Pick<ZoneClient, "certificates">;
  readonly issuers: Issuers;
  readonly clock: Clock;
  /** 0..1. */
  readonly random: () => number;
  readonly log: Log;
  /** The meshes as the envelope has them. */
  readonly meshes: () => readonly EnvelopeMesh[];
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
  /** The identity of this life in its mesh or, of a zone's egress, in another; that of another life with the same name only where it has the same URIs. */
  find(registration: Registration, mesh?: string): Identity | undefined;
  /** What its certificates are, for people. */
  standing(registration: Registration): Standing;
  /** Whether the registration needs a certificate that it does not have. */
  lacks(registration: Registration): boolean;
  /** The requests for a registration's certificates; none where no mesh has mTLS or the proxy no name. */
  csrsOf(registration: Registration): Promise<Csrs>;
  /** Takes the control plane's chains for the keys of `csrsOf`; of several answers for one key, the first. */
  take(registration: Registration, answer: Chains): Promise<void>;
  /** Certifies by the zone's issuer. False when that is impossible; the log says why. */
  issue(registration: Registration): Promise<boolean>;
  /** Renews what is due: by the control plane if it can be reached, else by the zone's issuer. Never throws. */
  renew(registrations: readonly Registration[], reachable: boolean): Promise<void>;
  forget(life: ProxyKey & Pick<Registration, "id">): Promise<void>;
  /** Resolves when what was certified is on disk, or failed to be. */
  settled(): Promise<void>;
}

export type Csrs = Pick<Join, "csr" | "csrs">;
type Chains = Pick<Extract<CertificatesResponse["answers"][number], { readonly chain: unknown }>, "chain" | "chains">;

/** Reads the identities of an earlier run. */
export async function openIdentities(options: IdentityOptions): Promise<Identities> {
  const { vault, client, issuers, clock, random, log, meshes, report, onChange } = options;
  const { isCurrent, isJoining, stopping } = options;
  const workloads = new Map<string, Workload>();
  /**
   * Keys whose certificate has been asked for, by registration and mesh. A promise, set before anything is awaited: who asks
   * meanwhile for the same life asks for the same key, and an answer of another life never meets this one's key.
   */
  const asked = new Map<string, { readonly of: Registration; readonly key: Promise<WorkloadKey> }>();
  const renewing = new Set<string>();
  /** By life and mesh: a join without an answer and a renewal may both ask, and one certificate serves both. */
  const issuing = new Map<string, Promise<boolean>>();
  const mend = createMending(clock);
  const noted = new Set<string>();
  let writing: Promise<void> = Promise.resolve();
  for (const name of await vault.names()) {
    const workload = restoreWorkload(await vault.read(name), random());
    if (workload === null || workload.notAfter <= clock()) await vault.remove(name);
    else workloads.set(name, workload);
  }

  const seats = (registration: Registration): readonly Seat[] => seatsOf(registration, meshes());
  const valid = ({ path }: Pick<Seat, "path">): Workload | undefined => {
    const workload = workloads.get(path);
    return workload !== undefined && workload.notAfter > clock() ? workload : undefined;
  };
  /** Names that it lacks because a zone's issuer may not give them are asked for again when the control plane is there. */
  const fits = (workload: Workload, { registration, uris }: Seat): boolean =>
    workload.registration === registration.id || sameUris(workload.uris, uris);
  const isVacant = (seat: Seat): boolean => {
    const workload = valid(seat);
    return workload === undefined || !fits(workload, seat);
  };
  const held = (seat: Seat): Workload | undefined => (isVacant(seat) ? undefined : valid(seat));
  /** It begins by this relay's clock, which was ahead when it was signed: nobody accepts it, and it is kept for want of another. */
  const isAhead = ({ byZone, notBefore }: Workload): boolean => byZone && notBefore > clock();
  const isDue = (seat: Seat): boolean => {
    const workload = held(seat);
    return workload === undefined || clock() >= workload.renewAt || isAhead(workload);
  };

  /** Due, or still the one that was found poor: an answer may have come since. */
  const wants = (seat: Seat, poor: Poor): boolean => {
    const workload = poor.get(seat.path);
    return isDue(seat) || (workload !== undefined && held(seat) === workload);
  };

  /** One file after the other: of two certificates of one proxy, the later lies on disk. */
  function enqueue(name: string, work: () => Promise<void>): Promise<void> {
    writing = writing.then(work).catch((error: unknown) => {
      log("error", "an identity could not be kept on disk", { proxy: name, reason: reasonOf(error) });
    });
    return writing;
  }

  function put({ registration, path }: Seat, workload: Workload): Promise<void> {
    if (!isCurrent(registration)) return Promise.resolve();
    workloads.set(path, workload);
    onChange();
    return enqueue(path, () => vault.write(path, savedWorkload(workload)));
  }

  function keyOf({ registration, mesh, uris }: Seat): Promise<WorkloadKey> {
    const known = asked.get(askedKey(registration, mesh));
    if (known !== undefined) return known.key;
    for (const [id, { of }] of asked) if (!isCurrent(of)) asked.delete(id);
    const key = createWorkloadKey(uris);
    asked.set(askedKey(registration, mesh), { of: registration, key });
    return key;
  }

  /** Requests for these seats of one life. */
  async function requests(registration: Registration, some: readonly Seat[]): Promise<Csrs> {
    if (registration.mesh !== "") return some[0] === undefined ? {} : { csr: (await keyOf(some[0])).csr };
    const csrs = await Promise.all(
      some.slice(0, MOST_CSRS).map(async (seat) => [seat.mesh, (await keyOf(seat)).csr] as const),
    );
    return csrs.length === 0 ? {} : { csrs: Object.fromEntries(csrs) };
  }

  async function takeChain(seat: Seat, chain: readonly string[]): Promise<void> {
    const { registration, mesh } = seat;
    const key = await asked.get(askedKey(registration, mesh))?.key;
    // A life that has ended meanwhile needs none, nor one whose first answer has come.
    if (key === undefined || chain.length === 0 || !asked.delete(askedKey(registration, mesh))) return;
    const workload = createWorkload(chain, key, { registration: registration.id, byZone: false }, random());
    if (workload === null)
      log("error", "a chain from the control plane is not for the key that asked", seatField(seat));
    else await put(seat, workload);
  }

  async function take(registration: Registration, { chain, chains = {} }: Chains): Promise<void> {
    if (registration.mesh !== "") {
      const [seat] = seats(registration);
      if (seat !== undefined) await takeChain(seat, chain);
      return;
    }
    for (const seat of seats(registration)) {
      const answer = chains[seat.mesh];
      if (answer === undefined) continue;
      if ("chain" in answer) await takeChain(seat, answer.chain);
      else log("warn", "the control plane refuses a certificate", { ...seatField(seat), reason: answer.refused });
    }
  }

  async function issue(registration: Registration): Promise<boolean> {
    const vacant = seats(registration).filter(isDue);
    const issued = await Promise.all(vacant.map(issueOnce));
    return issued.length > 0 && issued.every(Boolean);
  }

  function issueOnce(seat: Seat): Promise<boolean> {
    const key = askedKey(seat.registration, seat.mesh);
    const known = issuing.get(key);
    if (known !== undefined) return known;
    const issued = issueSeat(seat).finally(() => issuing.delete(key));
    issuing.set(key, issued);
    return issued;
  }

  async function issueSeat(seat: Seat): Promise<boolean> {
    const { registration, uris } = seat;
    const mesh = meshes().find(({ name }) => name === seat.mesh);
    const issuer = issuers.find(seat.mesh);
    if (mesh === undefined || issuer === undefined) {
      noteOnce(seat, "the zone can issue no certificate of this mesh", { reason: noIssuerReason(mesh) });
      return false;
    }
    // A leaf ends with its issuer: near that end another one would gain nothing.
    const until = Math.min(clock() + mesh.mtls.leafSeconds * 1000, issuer.notAfter);
    const before = held(seat);
    if (before !== undefined && !isAhead(before) && until - before.notAfter < GAIN) return false;
    const { permitted, refused } = permittedUris(issuer, uris);
    if (refused.length > 0)
      noteOnce(seat, "the zone's issuer may not give these names; the certificate goes without them", { refused });
    const key = permitted.length === 0 ? undefined : await createWorkloadKey(permitted);
    if (key === undefined) return false;
    const { der, serial, notAfter } = await signLeaf({
      issuer,
      publicKey: key.publicKey,
      uris: permitted,
      notBefore: clock() - BACKDATE,
      notAfter: until,
      serial: createSerial(randomBytes(16)),
    });
    const of = { registration: registration.id, byZone: true };
    const workload = createWorkload([toPem("CERTIFICATE", der), ...issuer.chain], key, of, random());
    if (workload === null) return false;
    await put(seat, workload);
    const issued = {
      serial,
      notAfter: new Date(notAfter).toISOString(),
      issuer: Buffer.from(issuer.keyId).toString("hex"),
    };
    report({
      kind: "issued",
      mesh: seat.mesh,
      name: auditName(registration),
      ...issued,
      tokenId: registration.tokenId,
    });
    return true;
  }

  /** By the control plane. One that it knows no more, though it lives here, joins again; a refusal then stands. */
  async function certify(batch: readonly Registration[], poor: Poor, again = false): Promise<void> {
    const joins: Join[] = [];
    for (const registration of batch) {
      const csrs = await requests(
        registration,
        seats(registration).filter((seat) => wants(seat, poor)),
      );
      const { mesh, name, id, owner } = registration;
      const type = mesh === "" ? { type: typeOf(registration) } : {};
      const whole = again ? joinOf(registration) : { ...type, mesh, name, registration: id, owner };
      if (Object.keys(csrs).length > 0) joins.push({ ...whole, ...csrs });
    }
    if (joins.length === 0) return;
    const { answers } = await client.certificates({ joins }, stopping);
    const unknown: Registration[] = [];
    for (const registration of batch) {
      const answer = answers.find((one) => one.registration === registration.id);
      if (answer === undefined) continue;
      if ("chain" in answer) await take(registration, answer);
      else if (again)
        log("warn", "the control plane refuses a certificate", { ...proxyField(registration), reason: answer.refused });
      else unknown.push(registration);
    }
    if (unknown.length > 0) await certify(unknown, poor, true);
  }

  async function renew(registrations: readonly Registration[], reachable: boolean): Promise<void> {
    const settled = registrations.filter((one) => !isJoining(one));
    const poor: Poor = reachable ? await mend(settled.flatMap(seats), meshes(), held) : new Map();
    const due = settled.filter(
      (one) => isCurrent(one) && !renewing.has(one.id) && seats(one).some((seat) => wants(seat, poor)),
    );
    for (const { id } of due) renewing.add(id);
    try {
      for (let at = 0; at < due.length; at += MOST_JOINS)
        await renewBatch(due.slice(at, at + MOST_JOINS), poor, reachable);
    } finally {
      for (const { id } of due) renewing.delete(id);
    }
  }

  async function renewBatch(batch: readonly Registration[], poor: Poor, reachable: boolean): Promise<void> {
    try {
      if (!reachable) throw new Error("the control plane is out of reach");
      await certify(batch, poor);
    } catch (error) {
      if (stopping.aborted) return;
      log("info", "certificates are renewed by the zone's issuer", { count: batch.length, reason: reasonOf(error) });
      for (const registration of batch) await issue(registration);
    }
  }

  /** Once a life and text: what is tried every few seconds is told once. */
  function noteOnce(seat: Seat, label: string, fields: Readonly<Record<string, unknown>>): void {
    const key = JSON.stringify([seat.registration.id, seat.mesh, label, fields]);
    if (noted.has(key)) return;
    if (noted.size >= MOST_NOTED) noted.clear();
    noted.add(key);
    log("warn", label, { ...seatField(seat), ...fields });
  }

  return {
    find(registration, mesh = registration.mesh) {
      const seat = seats(registration).find((one) => one.mesh === mesh);
      return seat && held(seat)?.identity;
    },
    standing: (registration) => standingOf(seats(registration), meshes(), held),
    lacks: (registration) => seats(registration).some(isVacant),
    csrsOf: (registration) => requests(registration, seats(registration)),
    take,
    issue,
    renew,
    async forget(life) {
      const own = proxyPath(life);
      for (const [key, { of }] of asked) if (of.id === life.id) asked.delete(key);
      const paths = [...workloads.keys()].filter((path) => path === own || path.startsWith(`${own}/`));
      for (const path of paths) workloads.delete(path);
      await Promise.all(paths.map((path) => enqueue(path, () => vault.remove(path))));
    },
    settled: () => writing,
  };
}

function sameUris(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((uri) => other.includes(uri));
}

function askedKey({ id }: Registration, mesh: string): string {
  return `${id}/${mesh}`;
}

function proxyField(proxy: ProxyKey): { readonly proxy: string } {
  return { proxy: proxyText(proxy) };
}

function seatField({ registration, mesh }: Seat): { readonly proxy: string; readonly mesh: string } {
  return { ...proxyField(registration), mesh };
}
