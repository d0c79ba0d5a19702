// Registrations: the lives of dataplanes at this relay, from joining to leaving, kept on disk over a restart.
import type { Clock } from "#model/clock.ts";
import type { Json } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { Sealed } from "#model/sealed.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import type { Vault } from "#relay/state/vault.ts";
import { type ProxyKey, proxyPath } from "#relay/zone.ts";
import { canonical } from "#snapshot/canonical.ts";
import { toBase32 } from "#trust/bytes.ts";
import type { Admission } from "./admission.ts";
import { type Closed, judge } from "./grace.ts";

export interface Registration extends ProxyKey {
  /** Random id of this life. */
  readonly id: string;
  /** `stream` ends with its stream, `user` (REST) stays. */
  readonly owner: "stream" | "user";
  readonly wire: unknown;
  readonly resource: Resource<DataplaneSpec>;
  readonly token: Sealed;
  readonly tokenId: string;
  /** Peers may be told of its endpoints: its Envoy listens, or its owner vouches for it. */
  readonly ready: boolean;
}

export interface Opened {
  readonly registration: Registration;
  /** A new life, as opposed to a stream that came back to the one that is. */
  readonly isNew: boolean;
}

export interface Registrar {
  /** Begins a life, or goes on with the one whose dataplane is the same. */
  open(admission: Admission, owner: Registration["owner"]): Opened;
  /** A stream of the registration; the result closes it, once. */
  attach(registration: Registration): () => void;
  /** Ends a life at once: an announced leave, or a refusal. False when it is not the current one. */
  end(registration: Registration): boolean;
  /** Notes that its Envoy listens. Null when it is not the current life, or was ready already. */
  markReady(registration: Registration): Registration | null;
  find(proxy: ProxyKey): Registration | undefined;
  all(): readonly Registration[];
  /** Ends the grace of those that did not come back; called now and then. */
  sweep(): void;
  /** More than half of the streams are closed: endpoints stay. */
  readonly mass: boolean;
  streams(proxy: ProxyKey): number;
  settled(): Promise<void>;
}

interface Life {
  registration: Registration;
  streams: number;
  /** Null while there is a stream, and for user-owned ones that never had one. */
  closedAt: number | null;
}

export interface RegistrarOptions {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly chance: (length: number) => Uint8Array;
  readonly log: Log;
  /**
   * Resolves when the events added so far are on disk. A life is written after its event: a crash between the two leaves
   * an event too many, which the next life or the next start corrects, and never a life that nobody was told of.
   */
  readonly recorded: () => Promise<void>;
  /** A stream-owned life has ended by grace. */
  readonly onGone: (registration: Registration) => void;
}

/** Reads the registrations of an earlier run: each has a grace from now on, in which its Envoy may come back. */
export async function openRegistrar(options: RegistrarOptions): Promise<Registrar> {
  const { vault, clock, chance, log, recorded, onGone } = options;
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
    lives.set(key, { registration, streams: 0, closedAt: clock() });
    if (name === key) continue;
    // Kept under another name by an earlier version: two files of one proxy would bring it back after it has left.
    keep(registration);
    enqueue(() => vault.remove(name));
  }

  const current = (registration: Registration): Life | undefined => {
    const life = lives.get(proxyPath(registration));
    return life?.registration.id === registration.id ? life : undefined;
  };

  function open(admission: Admission, owner: Registration["owner"]): Opened {
    const key = proxyPath(admission);
    const life = lives.get(key);
    const { token, tokenId } = admission;
    if (life !== undefined && sameSpec(life.registration, admission)) {
      // What a user registered stays the user's; the stream adopts it.
      life.registration = { ...life.registration, token, tokenId };
      keep(life.registration);
      return { registration: life.registration, isNew: false };
    }
    const { mesh, name, wire, resource } = admission;
    const kept = life?.registration.owner === "user" ? "user" : owner;
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
      ready: kept === "user" || wire === undefined,
    };
    // Streams of the life before end on their own, and count for it no more.
    lives.set(key, { registration, streams: 0, closedAt: owner === "user" ? null : clock() });
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

  function end(registration: Registration): boolean {
    if (current(registration) === undefined) return false;
    lives.delete(proxyPath(registration));
    enqueue(() => vault.remove(proxyPath(registration)));
    return true;
  }

  function sweep(): void {
    const owned = [...lives].filter(([, { registration }]) => registration.owner === "stream");
    const closed = owned.flatMap(([key, { closedAt: at }]): Closed[] => (at === null ? [] : [{ key, at }]));
    const verdict = judge(closed, owned.length, clock());
    if (verdict.mass !== mass)
      log("warn", verdict.mass ? "more than half of the streams closed; endpoints stay" : "streams are back", {
        closed: closed.length,
        registered: owned.length,
      });
    mass = verdict.mass;
    for (const key of verdict.gone) {
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
  const text = ({ labels, spec }: Resource<DataplaneSpec>): string => canonical([labels, spec as unknown as Json]);
  return text(resource) === text(admission.resource);
}

function restore(saved: unknown): Registration | null {
  if (typeof saved !== "object" || saved === null) return null;
  const { token, ...rest } = saved as Omit<Registration, "token"> & { readonly token: unknown };
  return typeof token === "string" ? { ...rest, token: new Sealed(token) } : null;
}
