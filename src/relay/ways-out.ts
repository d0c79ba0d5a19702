// Ways out of the zone as this relay knows them: egresses that came or went since the views that it holds were made.
import { listensAsEgress, type Standing, standingViews } from "#compile/standing-view.ts";
import { type EndpointSet, egressName } from "#model/endpoint.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { type ZoneProxy, zoneOfProxy } from "#model/zone-place.ts";
import type { Overlay } from "#snapshot/overlay.ts";
import { throughEgresses } from "#snapshot/through.ts";
import type { Registration } from "./registrar/registrar.ts";
import type { ProxyKey } from "./zone.ts";

export interface WaysOutOptions {
  readonly zone: string;
  /** What the snapshot does not know, and what the views do not. */
  readonly overlay: Pick<Overlay, "stands">;
  readonly beyond: Pick<Overlay, "stands">;
  readonly views: () => readonly View[];
  readonly zoneProxies: () => readonly ZoneProxy[];
}

export interface WaysOut {
  /** A life has been told of, of whatever kind, or its end, of which no resource tells. */
  see(life: ProxyKey & Partial<Pick<Registration, "resource">>): void;
  /** The views with the zone's egresses as they are; the same objects while nothing of that changes. */
  views(): readonly View[];
  /** Whether the snapshot lacks something of them. */
  readonly differ: boolean;
  /** Gives sets as they are by them; `now` is the set as a compile of `views()` has it. */
  through(): (set: EndpointSet, now: EndpointSet | undefined) => EndpointSet;
}

interface State {
  readonly standing: readonly Standing[];
  readonly views: readonly View[];
  readonly base: readonly View[];
}

/** None of them differs at first. */
export function createWaysOut({ zone, overlay, beyond, views, zoneProxies }: WaysOutOptions): WaysOut {
  /** All that were ever known: the snapshot may have one for a while that newer views lack. */
  const seen = new Map<string, ProxyKey>();
  let known: readonly View[] | null = null;
  let state: State | null = null;

  const note = ({ mesh, name }: ProxyKey): unknown => seen.set(`${mesh}/${name}`, { mesh, name });

  function noteAll(base: readonly View[]): void {
    if (known === base) return;
    known = base;
    for (const one of zoneProxies()) if (one.type === "ZoneEgress" && zoneOfProxy(one) === zone) note(one);
    for (const view of base) for (const one of resourcesOf(view, "Dataplane")) if (listensAsEgress(one)) note(one);
  }

  function now(): State {
    const base = views();
    noteAll(base);
    const standing = [...seen.values()].flatMap(({ mesh, name }): readonly Standing[] => {
      const event = beyond.stands(mesh, name);
      return event === undefined ? [] : [{ mesh, name, resource: event?.resource ?? null }];
    });
    if (state !== null && state.base === base && sameStanding(state.standing, standing)) return state;
    state = { base, standing, views: standing.length === 0 ? base : standingViews(base, zone, standing) };
    return state;
  }

  /** Of which the snapshot does not know. */
  function changed(): readonly ProxyKey[] {
    noteAll(views());
    return [...seen.values()].filter(({ mesh, name }) => overlay.stands(mesh, name) !== undefined);
  }

  return {
    see({ mesh, name, resource }) {
      // Of a zone's proxy that has left, an ingress is nobody's way out either.
      if (resource === undefined ? mesh === "" : resource.type === "ZoneEgress" || listensAsEgress(resource))
        note({ mesh, name });
    },
    views: () => now().views,
    get differ() {
      return changed().length > 0;
    },
    through() {
      const named = changed().map((one) => egressName(one.mesh === "" ? "ZoneEgress" : "Dataplane", one.name));
      const names = new Set(named);
      return (set, now) => throughEgresses(set, now, names);
    },
  };
}

function sameStanding(a: readonly Standing[], b: readonly Standing[]): boolean {
  return (
    a.length === b.length && a.every(({ resource, name }, at) => b[at]?.resource === resource && b[at]?.name === name)
  );
}
