// The roster: whose streams hold a proxy's name at this relay, and whether who comes is that proxy again or another one.

import { canonical } from "#model/canonical.ts";
import type { Clock } from "#model/clock.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import { type ProxyKey, proxyPath } from "#relay/zone.ts";
import type { ProxyResource } from "./admission.ts";

/** Somebody who comes under a name. */
export interface Comer {
  /** Address of its machine, as a relay sees it; empty where it is not known, null where it does not count. */
  readonly from: string | null;
  /** Random id of its supervisor's run; empty where it has none, as under kuma-dp. */
  readonly instance: string;
  /** Where it listens (`placeOf`); null for one that wants to leave and must be the same run. */
  readonly place: string | null;
}

/** One that holds a name. */
export interface Holder extends Comer {
  readonly from: string;
  readonly place: string;
  /** Where it listens, for people. */
  readonly address: string;
  /** The life that its stream belongs to. */
  readonly registration: string;
  /** Whether its Envoy answers within so many milliseconds. */
  readonly answers: (milliseconds: number) => Promise<boolean>;
  /** Ends its stream. */
  readonly end: (reason: string) => void;
}

/** Another proxy that has the name and is there. */
export interface Rival {
  readonly address: string;
  readonly from: string;
  /** When its stream began; milliseconds since the epoch. */
  readonly since: number;
}

export interface Roster {
  /** The name is held from now on, until the result is called. */
  add(proxy: ProxyKey, holder: Holder): () => void;
  /** A life has left: its streams drain, and hold the name no more. */
  release(proxy: ProxyKey, registration: string): void;
  /** Whether another proxy holds the name, as far as is known without asking it. */
  isHeld(proxy: ProxyKey, comer: Comer): boolean;
  /** Another proxy that answers, the one of the oldest stream. Those that do not answer are ended. */
  rival(proxy: ProxyKey, comer: Comer): Promise<Rival | null>;
  /** The name has gone on at another relay at that place: whoever listens elsewhere is ended. */
  endOthers(proxy: ProxyKey, place: string, reason: string): void;
}

interface Held {
  readonly holder: Holder;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** How long an Envoy may take to answer before its connection counts as dead; milliseconds. */
const PATIENCE = 1500;

export function createRoster(clock: Clock): Roster {
  /** Lists, as nearly all names have one holder. */
  const names = new Map<string, readonly Held[]>();
  const othersOf = (proxy: ProxyKey, comer: Comer): readonly Held[] =>
    (names.get(proxyPath(proxy)) ?? []).filter(({ holder }) => !isSame(holder, comer));

  function drop(key: string, holder: Holder): void {
    const left = (names.get(key) ?? []).filter((one) => one.holder !== holder);
    if (left.length === 0) names.delete(key);
    else names.set(key, left);
  }

  return {
    add(proxy, holder) {
      const key = proxyPath(proxy);
      names.set(key, [...(names.get(key) ?? []), { holder, since: clock() }]);
      return () => drop(key, holder);
    },
    release(proxy, registration) {
      const key = proxyPath(proxy);
      for (const { holder } of names.get(key) ?? []) if (holder.registration === registration) drop(key, holder);
    },
    isHeld: (proxy, comer) => othersOf(proxy, comer).length > 0,
    async rival(proxy, comer) {
      const key = proxyPath(proxy);
      const asked = await Promise.all(
        othersOf(proxy, comer).map(async ({ holder, since }) => ({
          holder,
          since,
          isAlive: await holder.answers(PATIENCE),
        })),
      );
      // One may have ended by itself meanwhile.
      const held = asked.filter(({ holder }) => names.get(key)?.some((one) => one.holder === holder) === true);
      for (const { holder, isAlive } of held) {
        if (isAlive) continue;
        drop(key, holder);
        holder.end("it does not answer, and its name is asked for by another proxy");
      }
      const [first] = held.filter(({ isAlive }) => isAlive).sort((a, b) => a.since - b.since);
      return first === undefined
        ? null
        : { address: first.holder.address, from: first.holder.from, since: first.since };
    },
    endOthers(proxy, place, reason) {
      const key = proxyPath(proxy);
      for (const { holder } of names.get(key) ?? []) {
        if (holder.place === place) continue;
        drop(key, holder);
        holder.end(reason);
      }
    },
  };
}

/**
 * A run is itself wherever it comes from. What listens at the same place of the same machine is the same proxy: restarted
 * after a crash, while its old connection or even its old Envoy is still there, with other tags, or by a hot restart.
 */
function isSame(holder: Holder, { instance, place, from }: Comer): boolean {
  if (instance !== "" && holder.instance === instance) return true;
  // Of a holder whose supervisor has no run, none can say that it is not its own.
  if (place === null) return holder.instance === "";
  return holder.place === place && (from === null || holder.from === from);
}

/** Where a proxy listens, as one text: equal for two proxies that cannot both be at it. */
export function placeOf({ mesh, spec }: ProxyResource): string {
  const { address = "", ...own } = (spec as DataplaneSpec).networking ?? {};
  if (mesh === "") return canonical([address, (spec as ZoneProxy["spec"]).networking?.port ?? 0]);
  const ports = [...(own.inbound ?? []), ...(own.listeners ?? [])].map(
    (one) => `${one.address || address} ${one.port ?? 0}`,
  );
  return canonical([address, ...ports.sort()]);
}

/** `10.0.0.1:8080`, the first place that it listens at; without a port where it only calls. */
export function addressOf({ mesh, spec }: ProxyResource): string {
  const { address = "", inbound = [] } = (spec as DataplaneSpec).networking ?? {};
  const first = mesh === "" ? (spec as ZoneProxy["spec"]).networking : inbound[0];
  const host = first?.address || address;
  const shown = host.includes(":") ? `[${host}]` : host;
  return first?.port === undefined ? host : `${shown}:${first.port}`;
}
