// Registrations: the lives of dataplanes at this relay, from joining to leaving, kept on disk over a restart.

import { canonical } from "#model/canonical.ts";
import type { Clock } from "#model/clock.ts";
import type { Json } from "#model/json.ts";
import type { ZoneIngressSpec } from "#model/kind/zone-ingress.ts";
import type { ProxyKind } from "#model/proxy-kind.ts";
import type { ProxyVersions } from "#model/proxy-version.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { Sealed } from "#model/sealed.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import { createTurn, type Turn } from "#relay/replica/turn.ts";
import type { Vault } from "#relay/state/vault.ts";
import { type ProxyKey, proxyPath } from "#relay/zone.ts";
import { toBase32 } from "#trust/bytes.ts";
import type { Admission, ProxyResource } from "./admission.ts";
import { type Closed, GRACE, judge } from "./grace.ts";

export interface Registration extends ProxyKey {
  /** Random id of this life. */
  readonly id: string;
  /** `stream` ends with its stream, `user` (REST) stays. */
  readonly owner: "stream" | "user";
  readonly wire: unknown;
  readonly resource: ProxyResource;
  readonly token: Sealed;
  readonly tokenId: string;
  /** Peers may be told of its endpoints: its Envoy listens, or its owner vouches for it. */
  readonly ready: boolean;
  /** When the life began, in the zone's turns: of two lives of one name the later counts. */
  readonly at: number;
  /** What it consists of, as its stream said last; absent before the first that does. */
  readonly versions?: ProxyVersions | undefined;
}

/** What is known of a dataplane that has come from another relay. */
export interface Elsewhere {
  readonly owner: Registration["owner"];
  /** Its peers have been told of its endpoints, and go on to be. */
  readonly ready: boolean;
}

export interface Opened {
  readonly registration: Registration;
  /** A new life, as opposed to a stream that came back to the one that is. */
  readonly isNew: boolean;
}

export interface Registrar {
  /** Begins a life, or goes on with the one whose dataplane is the same and that has not gone on at another relay. */
  open(admission: Admission, owner: Registration["owner"], elsewhere?: Elsewhere): Opened;
  /** The dataplane has a life at another relay that began at that moment: an earlier one here counts no more. */
  moved(proxy: ProxyKey, at: number): void;
  /** A stream of the registration; the result closes it, once. */
  attach(registration: Registration): () => void;
  /** Ends a life at once: an announced leave, or a refusal. False when it is not the current one. */
  end(registration: Registration): boolean;
  /** Notes that its Envoy listens. Null when it is not the current life, or was ready already. */
  markReady(registration: Registration): Registration | null;
  /** Notes what it consists of now. Null when it is not the current life, or that was known. */
  markVersions(registration: Registration, versions: ProxyVersions): Registration | null;
  find(proxy: ProxyKey): Registration | undefined;
  all(): readonly Registration[];
  /** Ends the grace of those that did not come back; called now and then. */
  sweep(): void;
  /** More than half of the streams are closed: endpoints stay. */
  readonly mass: boolean;
  streams(proxy: ProxyKey): number;
  /** Lives that have not moved on. */
  here(): readonly Registration[];
  /** The dataplane's life that has not moved on. */
  findHere(proxy: ProxyKey): Registration | undefined;
  /** Lives that a stream owns and that have not moved on, and those of them without a stream. */
  counts(): { readonly owned: number; readonly closed: number };
  settled(): Promise<void>;
}

interface Life {
  registration: Registration;
  streams: number;
  /** Null while there is a stream, and for user-owned ones that never had one. */
  closedAt: number | null;
  /** It goes on at another relay. */
  moved: boolean;
}

export interface RegistrarOptions {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly chance: (length: number) => Uint8Array;
  readonly log: Log;
  /**
   * Resolves when the events added so far are on disk. A life is written after its event, which is added in the moment in
   * which it is opened: a crash between the two leaves an event too many, which the next life or the next start corrects,
   * and never a life that nobody was told of.
   */
  readonly recorded: () => Promise<void>;
  /** A stream-owned life has ended by grace. */
  readonly onGone: (registration: Registration) => void;
  /** The moment of a new life. */
  readonly turn?: Turn;
  /** Lives at the zone's other relays: whether so many closed at once is told by all of them together. */
  readonly others?: () => { readonly owned: number; readonly closed: number };
  /** Whether one without a stream since then might have had a life at another relay, of which nothing was heard. */
  readonly mayHaveMoved?: (since: number) => boolean;
  /** Whether no other relay of the zone could have been told of an end by the dataplane's user. */
  readonly isAlone?: () => boolean;
}

const NONE = { owned: 0, closed: 0 };
/** What kind of proxy it is. */
export function typeOf({ resource }: Pick<Registration, "resource">): ProxyKind {
  return resource.type as ProxyKind;
}

/** Whether it is an ingress that no other zone can use: it does not say where others reach it. */
export function isUnreached({ resource }: Pick<Registration, "resource">): boolean {
  return resource.type === "ZoneIngress" && !(resource as Resource<ZoneIngressSpec>).spec.networking?.advertisedAddress;
}

/** Reads the registrations of an earlier run: each has a grace from now on, in which its Envoy may come back. */
export async function openRegistrar(options: RegistrarOptions): Promise<Registrar> {
  const { vault, clock, chance, log, recorded, onGone } = options;
  const { turn = createTurn(clock), others = () => NONE, mayHaveMoved = () => false, isAlone = () => true } = options;
  const lives = new Map<string, Life>();
  let mass = false;
  let writing: Promise<void> = Promise.resolve();
  const enqueue = (work: () => Promise<void>): void => {
    writing = writing
      .then(recorded)
      .then(work)
      .catch((error: unknown) => {
        log("error", "a registration could not be kept on disk", { reason: reasonOf(error) });
      });
  };
  for (const name of await vault.names()) {
    const registration = restore(await vault.read(name));
    if (registration === null) continue;
    const key = proxyPath(registration);
    lives.set(key, { registration, streams: 0, closedAt: clock(), moved: false });
    turn.see(registration.at);
    if (name === key) continue;
    // Kept under another name by an earlier version: two files of one proxy would bring it back after it has left.
    keep(registration);
    enqueue(() => vault.remove(name));
  }

  const current = (registration: Registration): Life | undefined => {
    const life = lives.get(proxyPath(registration));
    return life?.registration.id === registration.id ? life : undefined;
  };

  function open(admission: Admission, owner: Registration["owner"], elsewhere?: Elsewhere): Opened {
    const key = proxyPath(admission);
    const life = lives.get(key);
    const { token, tokenId } = admission;
    const isSame = life !== undefined && sameSpec(life.registration, admission);
    // What its user has ended at another relay a moment ago must not go on: that end names the life that was, not a new one.
    const isAnew = owner === "user" && life?.streams === 0 && !isAlone();
    if (isSame && !isAnew && !life.moved && !(life.closedAt !== null && mayHaveMoved(life.closedAt))) {
      // What a user registered stays the user's; the stream adopts it.
      life.registration = { ...life.registration, token, tokenId };
      keep(life.registration);
      return { registration: life.registration, isNew: false };
    }
    const { mesh, name, wire, resource, versions } = admission;
    const kept = [life?.registration, elsewhere].some((before) => before?.owner === "user") ? "user" : owner;
    const wasReady = elsewhere?.ready === true || (isSame && life.registration.ready);
    const registration: Registration = {
      mesh,
      name,
      id: toBase32(chance(15)),
      owner: kept,
      wire,
      resource,
      token,
      tokenId,
      // What was stored or registered by hand is its owner's to declare; it may have no Envoy of ours at all.
      ready: kept === "user" || wire === undefined || wasReady,
      at: turn.next(),
      versions,
    };
    // Streams of the life before end on their own, and count for it no more.
    lives.set(key, { registration, streams: 0, closedAt: owner === "user" ? null : clock(), moved: false });
    keep(registration);
    return { registration, isNew: true };
  }

  function attach(registration: Registration): () => void {
    const life = current(registration);
    if (life === undefined) return () => undefined;
    life.streams++;
    life.closedAt = null;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      if (--life.streams === 0) life.closedAt = clock();
    };
  }

  function markReady(registration: Registration): Registration | null {
    const life = current(registration);
    if (life === undefined || life.registration.ready) return null;
    life.registration = { ...life.registration, ready: true };
    keep(life.registration);
    return life.registration;
  }

  function markVersions(registration: Registration, versions: ProxyVersions): Registration | null {
    const life = current(registration);
    if (life === undefined || sameJson(life.registration.versions, versions)) return null;
    life.registration = { ...life.registration, versions };
    keep(life.registration);
    return life.registration;
  }

  function end(registration: Registration): boolean {
    if (current(registration) === undefined) return false;
    lives.delete(proxyPath(registration));
    enqueue(() => vault.remove(proxyPath(registration)));
    return true;
  }

  function sweep(): void {
    const owned = [...lives].filter(([, { registration, moved }]) => registration.owner === "stream" && !moved);
    const closed = owned.flatMap(([key, { closedAt: at }]): Closed[] => (at === null ? [] : [{ key, at }]));
    const now = clock();
    const elsewhere = others();
    const verdict = judge(closed, owned.length, now, elsewhere);
    if (verdict.mass !== mass)
      log(
        "warn",
        verdict.mass ? "more than half of the zone's streams are closed; endpoints stay" : "streams are back",
        {
          closed: closed.length + elsewhere.closed,
          registered: owned.length + elsewhere.owned,
        },
      );
    mass = verdict.mass;
    const left = [...lives].filter(([, { moved, closedAt }]) => moved && closedAt !== null && now - closedAt >= GRACE);
    for (const key of [...verdict.gone, ...left.map(([key]) => key)]) {
      const { registration } = lives.get(key) as Life;
      if (end(registration)) onGone(registration);
    }
  }

  function keep(registration: Registration): void {
    const { token, ...rest } = registration;
    enqueue(() => vault.write(proxyPath(registration), { ...rest, token: token.reveal() }));
  }

  return {
    open,
    attach,
    end,
    markReady,
    markVersions,
    moved(proxy, at) {
      const life = lives.get(proxyPath(proxy));
      if (life !== undefined && life.registration.at < at) life.moved = true;
    },
    findHere(proxy) {
      const life = lives.get(proxyPath(proxy));
      return life?.moved === false ? life.registration : undefined;
    },
    here: () => [...lives.values()].flatMap(({ registration, moved }) => (moved ? [] : [registration])),
    counts() {
      const owned = [...lives.values()].filter(({ registration, moved }) => registration.owner === "stream" && !moved);
      return { owned: owned.length, closed: owned.filter(({ closedAt }) => closedAt !== null).length };
    },
    find: (proxy) => lives.get(proxyPath(proxy))?.registration,
    all: () => [...lives.values()].map(({ registration }) => registration),
    sweep,
    get mass() {
      return mass;
    },
    streams: (proxy) => lives.get(proxyPath(proxy))?.streams ?? 0,
    settled: () => writing,
  };
}

function sameSpec({ resource }: Registration, admission: Admission): boolean {
  const text = ({ labels, spec }: ProxyResource): string => canonical([labels, spec as unknown as Json]);
  return text(resource) === text(admission.resource);
}

function restore(saved: unknown): Registration | null {
  if (typeof saved !== "object" || saved === null) return null;
  const { token, ...rest } = saved as Omit<Registration, "token"> & { readonly token: unknown };
  // An earlier release kept no moment: such a life is older than any that another relay tells of.
  return typeof token === "string" ? { ...rest, at: rest.at ?? 0, token: new Sealed(token) } : null;
}
