// Names that appear while the zone is cut off: numbered from its own part of the virtual addresses, until the control plane has them.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { isInPart, numberHere } from "#model/virtual/allot.ts";
import { neededNames } from "#model/virtual/needed.ts";
import { type Log, reasonOf } from "./log.ts";
import { isClaim, type NameClaim, withClaims } from "./name-claim.ts";
import type { Vault } from "./state/vault.ts";

export interface OwnNamesOptions {
  readonly zone: string;
  /** This relay's id. */
  readonly relay: string;
  readonly vault: Vault;
  /** As the control plane has told them. */
  readonly views: () => readonly View[];
  /** The zone's dataplanes by mesh, the same objects while they are the same. */
  readonly here: () => readonly Offered[];
  readonly log: Log;
  /** Tells the control plane, now or when it is back, and the zone's other relays; returns the event's number. */
  readonly report: (given: { readonly mesh: string; readonly virtual: string; readonly address: string }) => number;
}

/** The zone's dataplanes of one mesh. */
export type Offered = readonly [mesh: string, dataplanes: readonly Resource<DataplaneSpec>[]];

export interface OwnNames {
  /**
   * The views with what was numbered here, and in such meshes with the zone's dataplanes that they lack: a newcomer may call
   * what is as new as itself. The same list while nothing is different.
   */
  views(): readonly View[];
  /** Numbers what the zone's dataplanes offer and nobody has named yet. Whether there was anything. */
  number(): boolean;
  /** Another relay of the zone has named it so, or this one in an earlier run. Whether that was news. */
  take(mesh: string, claim: NameClaim): boolean;
  /** The control plane has told other views: what it has named, and what nobody offers any more, is numbered here no longer. */
  settle(): void;
  settled(): Promise<void>;
}

const FILE = "given";

/** Opens what was numbered before a restart. */
export async function openOwnNames({
  zone,
  relay,
  vault,
  views,
  here,
  log,
  report,
}: OwnNamesOptions): Promise<OwnNames> {
  const given = new Map<string, readonly NameClaim[]>(readGiven(await vault.read(FILE), relay));
  let made: {
    readonly of: readonly View[];
    readonly offered: readonly Offered[];
    readonly views: readonly View[];
  } | null = null;
  let writing: Promise<void> = Promise.resolve();

  const set = (mesh: string, list: readonly NameClaim[]): void => {
    if (list.length === 0) given.delete(mesh);
    else given.set(mesh, list);
    made = null;
    const all = [...given];
    writing = writing
      .then(() => vault.write(FILE, all))
      .catch((error: unknown) => {
        const reason = reasonOf(error);
        log("error", "addresses that were given here could not be kept on disk", { reason });
      });
  };
  const now = (): readonly View[] => {
    const told = views();
    if (given.size === 0) return told;
    const offered = here();
    if (made === null || made.of !== told || !sameOffered(made.offered, offered)) {
      const dataplanes = new Map(offered);
      const extended = told.map((view): View => {
        const own = given.get(view.mesh.name) ?? [];
        if (own.length === 0) return view;
        const resources = { ...view.resources, Dataplane: merged(view, dataplanes.get(view.mesh.name) ?? []) };
        return { ...view, resources, addresses: withClaims(view.addresses ?? [], own) };
      });
      made = { of: told, offered, views: extended };
    }
    return made.views;
  };
  const numberIn = ([mesh, dataplanes]: Offered): boolean => {
    const view = now().find((one) => one.mesh.name === mesh);
    if (view === undefined) return false;
    const fresh = numberHere(view.addresses ?? [], zone, [...namesOf(view, dataplanes)]);
    if (fresh.length === 0) return false;
    const claims = fresh.map(({ name, address }): NameClaim => {
      log("info", "a name has an address of the zone's own part", { mesh, name, address });
      return { name, address, relay, number: report({ mesh, virtual: name, address }) };
    });
    set(mesh, [...(given.get(mesh) ?? []), ...claims]);
    return true;
  };
  return {
    views: now,
    number: () => here().filter(numberIn).length > 0,
    take(mesh, claim) {
      const known = given.get(mesh) ?? [];
      const { addresses = [] } = views().find((one) => one.mesh.name === mesh) ?? {};
      const isTold = addresses.some(({ name }) => name === claim.name);
      // What is another zone's part, or the control plane's own, no relay of this zone gives.
      if (isTold || !isClaim(claim) || !isInPart(addresses, zone, claim.address)) return false;
      if (known.some((one) => isSame(one, claim))) return false;
      set(mesh, [...known, claim]);
      return true;
    },
    settle() {
      const dataplanes = new Map(here());
      for (const view of views()) {
        const own = given.get(view.mesh.name) ?? [];
        if (own.length === 0) continue;
        const needed = namesOf(view, dataplanes.get(view.mesh.name) ?? []);
        const told = new Set(view.addresses?.map(({ name }) => name));
        const left = own.filter(({ name }) => needed.has(name) && !told.has(name));
        if (left.length < own.length) set(view.mesh.name, left);
      }
    },
    settled: () => writing,
  };
}

function namesOf(view: View, dataplanes: readonly Resource<DataplaneSpec>[]): ReadonlySet<string> {
  return neededNames({ mesh: view.mesh, resources: { ...view.resources, Dataplane: dataplanes } }, []);
}

function sameOffered(a: readonly Offered[], b: readonly Offered[]): boolean {
  return (
    a.length === b.length &&
    a.every(([mesh, list], at) => {
      const [other, others] = b[at] ?? ["", []];
      return mesh === other && list.length === others.length && list.every((one, place) => one === others[place]);
    })
  );
}

/** The view's dataplanes, and those that it lacks; sorted by name. */
function merged({ resources }: View, here: readonly Resource<DataplaneSpec>[]): readonly Resource[] {
  const told = resources.Dataplane ?? [];
  const known = new Set(told.map(({ name }) => name));
  const all = [...told, ...here.filter(({ name }) => !known.has(name))];
  return all.length === told.length ? told : all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isSame(a: NameClaim, b: NameClaim): boolean {
  return a.name === b.name && a.address === b.address && a.relay === b.relay && a.number === b.number;
}

/** An earlier release kept no relay and no number: such claims are this relay's first. */
function readGiven(saved: unknown, relay: string): readonly (readonly [string, readonly NameClaim[]])[] {
  if (!Array.isArray(saved)) return [];
  return saved
    .filter(
      (row): row is [string, Partial<NameClaim>[]] =>
        Array.isArray(row) && typeof row[0] === "string" && Array.isArray(row[1]),
    )
    .map(([mesh, list]) => [
      mesh,
      list.flatMap(({ name, address, ...by }) =>
        typeof name === "string" && typeof address === "string" ? [{ relay, number: 0, ...by, name, address }] : [],
      ),
    ]);
}
