// Newcomers and the overlay: what this relay serves beyond the signed snapshot, until the snapshot has it.

import type { Envelope } from "#api/zone.ts";
import { COMPILER_VERSION, type CompileInput, type CompileMemo, compile, setIn } from "#compile/compile.ts";
import { compileNewcomer, compileZoneNewcomer, type Newcomer } from "#compile/newcomer.ts";
import { nativeEnvoy } from "#envoy/native/registry.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import { memberKey } from "#model/endpoint.ts";
import type { Position } from "#model/position.ts";
import { isZoneProxyKind } from "#model/proxy-kind.ts";
import type { View } from "#model/view.ts";
import { type ZoneProxy, zoneOfProxy } from "#model/zone-place.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { endpointSet, openedOf, proxyEntry, rowsOf } from "#snapshot/opened.ts";
import { byDataplane, createOverlay } from "#snapshot/overlay.ts";
import { createBeyondViews } from "./beyond-views.ts";
import { digest } from "./digest.ts";
import { type Log, reasonOf } from "./log.ts";
import { createLoneSets } from "./lone-sets.ts";
import { shownAs } from "./registrar/readiness.ts";
import type { Registration } from "./registrar/registrar.ts";
import { isShown } from "./shown.ts";
import { createWaysOut } from "./ways-out.ts";
import type { SignedSnapshot } from "./zone/signed.ts";
import { type ProxyKey, proxyPath, type Served } from "./zone.ts";

export interface NewcomerOptions {
  readonly zone: string;
  /** This relay's id, in overlay events. */
  readonly relay: string;
  readonly log: Log;
  readonly views: () => readonly View[];
  /** Which state of the control plane they show; null before the first. */
  readonly viewsAt: () => Position | null;
  /** Ingresses and egresses of all zones, as of the same moment as the views. */
  readonly zoneProxies: () => readonly ZoneProxy[];
}

/** What endpoints are told by. */
export type Shown = Pick<Registration, "mesh" | "name" | "id" | "resource" | "ready" | "at">;

export interface Newcomers {
  served(): Served;
  takeSnapshot(signed: SignedSnapshot): void;
  /** Shows the endpoints of a life at once, by an event of this relay or another. False when no view says which they are. */
  show(life: Shown, number: number, by?: string): boolean;
  /** Takes its endpoints away at once. */
  hide(life: ProxyKey & Pick<Registration, "id">, number: number, by?: string): void;
  /** A life that the snapshot holds already: the end of another of its name takes nothing away. */
  hold(life: ProxyKey & Pick<Registration, "id" | "at">, by?: string): void;
  /** Whether peers have its endpoints by now, wherever its life is; not for a zone's proxy. */
  isShown(proxy: Pick<Shown, "mesh" | "name" | "resource">): boolean;
  /** Compiles what the snapshot lacks; a signed resource is never replaced. False when it cannot. */
  compile(registration: Registration): boolean;
  drop(proxy: ProxyKey): void;
  knows(proxy: ProxyKey): boolean;
  /** Other views: what was compiled from the old ones is made anew. */
  takeViews(registrations: readonly Registration[]): void;
}

/** An empty layer. */
export function createNewcomers({ zone, relay, log, views, viewsAt, zoneProxies }: NewcomerOptions): Newcomers {
  /** Over the snapshot's sets. */
  const overlay = createOverlay();
  /** Over the views, of which all that is not in the snapshot is compiled. */
  const beyond = createBeyondViews(viewsAt);
  const newcomers = new Map<string, Newcomer>();
  /** Whose they are. */
  const joined = new Map<string, Registration>();
  let signed: SignedSnapshot | null = null;
  let served: Served | null = null;
  let memo: { readonly views: readonly View[]; readonly memo: CompileMemo } | null = null;

  const waysOut = createWaysOut({ zone, overlay, beyond, views, zoneProxies });
  const lone = createLoneSets({
    beyond,
    input() {
      const input = inputNow();
      const gates = new Map((input.zoneProxies ?? []).map((one) => [one.name, one]));
      for (const { name, event } of beyond.standing("")) {
        if (event?.resource === undefined) gates.delete(name);
        else gates.set(name, event.resource as ZoneProxy);
      }
      // One that does not listen yet is given what it is to lead to.
      for (const { mesh, name, resource } of joined.values()) if (mesh === "") gates.set(name, resource as ZoneProxy);
      return { ...input, zoneProxies: [...gates.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) };
    },
  });
  const native = nativeEnvoy();
  const snapshot = (): Snapshot | null => signed?.snapshot ?? null;
  const forget = (key: string): boolean => {
    joined.delete(key);
    return newcomers.delete(key);
  };
  const knows = ({ mesh, name }: ProxyKey): boolean => {
    const held = snapshot();
    return held !== null && proxyEntry(openedOf(held), mesh, name) !== undefined;
  };

  function inputNow(): CompileInput {
    const own = zoneProxies().filter((proxy) => zoneOfProxy(proxy) === zone);
    return { zone, views: waysOut.views(), zoneProxies: own, native };
  }

  /** Of the views as they are now. One compile of them makes every newcomer after it cost a single proxy. */
  function memoOf(input: CompileInput): CompileMemo {
    const { views: all } = input;
    if (memo?.views !== all) memo = { views: all, memo: compile(input, digest, memo?.memo).memo };
    return memo.memo;
  }

  function memoNow(): CompileMemo | null {
    try {
      return memoOf(inputNow());
    } catch (error) {
      log("error", "what leaves the zone could not be compiled here", { reason: reasonOf(error) });
      return null;
    }
  }

  function made({ mesh, resource, ready }: Pick<Shown, "mesh" | "resource" | "ready">): Newcomer | null {
    if (views().length === 0) return null;
    const input = inputNow();
    try {
      const known = memoOf(input);
      if (isZoneProxyKind(resource.type))
        return compileZoneNewcomer({ ...input, proxy: resource as ZoneProxy }, digest, known);
      return compileNewcomer({ ...input, mesh, dataplane: shownAs(resource, ready) }, digest, known);
    } catch (error) {
      log("error", "a newcomer could not be compiled here", { mesh, name: resource.name, reason: reasonOf(error) });
      return null;
    }
  }

  /** Egresses have come or gone: what newcomers call may be reached by other ways. */
  function followWaysOut(before: readonly View[]): void {
    if (waysOut.views() === before) return;
    for (const [key, registration] of [...joined]) if (newcomers.has(key)) compileHere(registration);
  }

  function compileHere(registration: Registration): boolean {
    if (knows(registration)) return true;
    if (signed !== null && signed.envelope.compiler !== COMPILER_VERSION)
      log(
        "warn",
        "this relay's compiler is of another version than the control plane's; a newcomer may differ until it is back",
        {
          mesh: registration.mesh,
          name: registration.name,
        },
      );
    const newcomer = made(registration);
    if (newcomer === null) return false;
    for (const { kri, field, reason } of newcomer.faults)
      log("warn", "a newcomer's config is not whole", { kri, field, reason });
    newcomers.set(proxyPath(registration), newcomer);
    joined.set(proxyPath(registration), registration);
    served = null;
    return true;
  }

  /** The snapshot's sets by the zone's ways out; then those that only newcomers call, as they stand in the views. The overlay lies over both. */
  function* baseSets(mesh: string, through: (set: EndpointSet) => EndpointSet): Iterable<EndpointSet> {
    const held = snapshot();
    const seen = new Set<string>();
    for (const set of held === null ? [] : setsOf(held, mesh)) {
      seen.add(set.cluster);
      yield through(set);
    }
    for (const { endpoints } of newcomersOf(mesh)) {
      for (const set of endpoints) {
        if (seen.has(set.cluster)) continue;
        seen.add(set.cluster);
        yield set;
      }
    }
  }

  function newcomersOf(mesh: string): readonly Newcomer[] {
    return [...newcomers].flatMap(([key, one]) => (proxyOf(key).mesh === mesh ? [one] : []));
  }

  function changedSets(mesh: string): ReadonlyMap<string, EndpointSet> {
    const changed = new Map<string, EndpointSet>();
    let sets = baseSets(mesh, asItIs);
    // Nobody walks through the sets where nothing has happened.
    if (waysOut.differ) {
      const [through, memo] = [waysOut.through(), memoNow()];
      const followed = (set: EndpointSet): EndpointSet => {
        const now = through(set, memo === null ? undefined : setIn(memo, mesh, set.cluster));
        if (now !== set) changed.set(set.cluster, now);
        return now;
      };
      sets = [...baseSets(mesh, followed)];
    }
    for (const [cluster, set] of overlay.changedSets(mesh, sets)) changed.set(cluster, set);
    for (const [cluster, set] of loneSets(mesh, changed)) changed.set(cluster, set);
    return changed;
  }

  /** Sets that the snapshot lacks, and those of it that older views lack: of these only who has come and gone since. */
  function loneSets(mesh: string, known: ReadonlyMap<string, EndpointSet>): ReadonlyMap<string, EndpointSet> {
    const held = snapshot();
    const signedSet = (cluster: string): EndpointSet | undefined =>
      held === null ? undefined : endpointSet(openedOf(held), mesh, cluster)?.[1];
    const called = new Set(newcomersOf(mesh).flatMap(({ endpoints }) => endpoints.map(({ cluster }) => cluster)));
    const changed = new Set(overlay.standing(mesh).map(({ name }) => name));
    const memo = beyond.isNeeded && (changed.size > 0 || waysOut.differ) ? memoNow() : null;
    const rows = memo === null || held === null ? [] : [...rowsOf(openedOf(held), "endpoints", mesh)];
    const late = rows.flatMap(([cluster]) =>
      memo !== null && setIn(memo, mesh, cluster) === undefined ? cluster : [],
    );
    try {
      const sets = lone.of(mesh, [...[...called].filter((one) => signedSet(one) === undefined), ...late]);
      const through = waysOut.through();
      const made = [...sets].map(([cluster, set]): [string, EndpointSet] => {
        const before = signedSet(cluster);
        const followed = before && withThose(through(known.get(cluster) ?? before, set), set, changed);
        return [cluster, followed ?? set];
      });
      return new Map(made);
    } catch (error) {
      log("error", "what newcomers call could not be compiled here", { mesh, reason: reasonOf(error) });
      return new Map();
    }
  }

  return {
    served() {
      served ??= servedNow(signed?.envelope ?? null, snapshot(), new Map(newcomers), changedSets);
      return served;
    },
    takeSnapshot(next) {
      signed = next;
      const numbers = new Map(next.envelope.relays.map(({ id, lastEvent }) => [id, lastEvent]));
      overlay.cover(numbers);
      // One that was revoked is believed no more, whatever it told before. This relay may be newer than the envelope.
      const isGone = (id: string): boolean => id !== relay && !numbers.has(id);
      overlay.dismiss(isGone);
      beyond.dismiss(isGone);
      beyond.take(next.envelope);
      for (const key of newcomers.keys()) if (knows(proxyOf(key))) forget(key);
      served = null;
    },
    show(life, number, by = relay) {
      const newcomer = made(life);
      if (newcomer === null) return false;
      const before = waysOut.views();
      const { mesh, name, id, at, ready } = life;
      const event = { relay: by, number, at, registration: id };
      // A zone's proxy is not reached at all before its Envoy listens.
      const resource = isZoneProxyKind(life.resource.type) && !ready ? undefined : shownAs(life.resource, ready);
      const own = { ...event, mesh, dataplane: name, endpoints: newcomer.memberships, ...(resource && { resource }) };
      overlay.add(own);
      beyond.add(own);
      if (mesh !== "") {
        // Behind the zone's ingresses too, whose sets are of no mesh.
        overlay.add({ ...event, mesh: "", dataplane: memberKey(mesh, name), endpoints: newcomer.exposed });
      }
      waysOut.see(life);
      followWaysOut(before);
      served = null;
      return true;
    },
    hide({ mesh, name, id }, number, by = relay) {
      const before = waysOut.views();
      const event = { relay: by, number, at: 0, registration: id, endpoints: null };
      overlay.add({ ...event, mesh, dataplane: name });
      beyond.add({ ...event, mesh, dataplane: name });
      if (mesh !== "") overlay.add({ ...event, mesh: "", dataplane: memberKey(mesh, name) });
      waysOut.see({ mesh, name });
      followWaysOut(before);
      served = null;
    },
    hold({ mesh, name, id, at }, by = relay) {
      const life = { relay: by, at, registration: id };
      overlay.hold({ ...life, mesh, dataplane: name });
      beyond.hold({ ...life, mesh, dataplane: name });
      if (mesh !== "") overlay.hold({ ...life, mesh: "", dataplane: memberKey(mesh, name) });
      served = null;
    },
    isShown({ mesh, name, resource }) {
      const held = snapshot();
      const over = overlay.stands(mesh, name);
      // Nearly all who come are new, and are compiled for nothing here.
      if (held === null || mesh === "" || (over === undefined && !knows({ mesh, name }))) return false;
      const newcomer = made({ mesh, resource, ready: true });
      return newcomer !== null && isShown(name, newcomer.memberships, over, [...setsOf(held, mesh)]);
    },
    compile: compileHere,
    drop(proxy) {
      if (forget(proxyPath(proxy))) served = null;
    },
    knows,
    takeViews(registrations) {
      beyond.settle();
      if (waysOut.differ) served = null;
      const again = registrations.filter((one) => newcomers.has(proxyPath(one)));
      for (const registration of again) compileHere(registration);
    },
  };
}

/** The set with these dataplanes' endpoints as another compile gives them. */
function withThose(set: EndpointSet, now: EndpointSet, names: ReadonlySet<string>): EndpointSet {
  const own = now.endpoints.filter(({ dataplane }) => names.has(dataplane));
  const others = set.endpoints.filter(({ dataplane }) => !names.has(dataplane));
  return { ...set, endpoints: [...others, ...own].sort(byDataplane) };
}

function asItIs(set: EndpointSet): EndpointSet {
  return set;
}

function servedNow(
  envelope: Envelope | null,
  snapshot: Snapshot | null,
  newcomers: ReadonlyMap<string, Newcomer>,
  changed: (mesh: string) => ReadonlyMap<string, EndpointSet>,
): Served {
  const sets = new Map<string, ReadonlyMap<string, EndpointSet>>();
  return {
    epoch: envelope?.epoch ?? 0,
    sequence: envelope?.sequence ?? 0,
    snapshot,
    newcomers,
    changedSets(mesh) {
      const known = sets.get(mesh) ?? changed(mesh);
      sets.set(mesh, known);
      return known;
    },
  };
}

function* setsOf(snapshot: Snapshot, mesh: string): Iterable<EndpointSet> {
  const opened = openedOf(snapshot);
  for (const [cluster] of rowsOf(opened, "endpoints", mesh)) {
    const found = endpointSet(opened, mesh, cluster);
    if (found !== undefined) yield found[1];
  }
}

/** Reads what `proxyPath` wrote. */
function proxyOf(key: string): ProxyKey {
  const slash = key.indexOf("/");
  return { mesh: key.slice(0, slash), name: key.slice(slash + 1) };
}
