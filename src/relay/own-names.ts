// Names that appear while the zone is cut off: numbered from its own part of the virtual addresses, until the control plane has them.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { numberHere } from "#model/virtual/allot.ts";
import type { VirtualAddress } from "#model/virtual/name.ts";
import { neededNames } from "#model/virtual/needed.ts";
import { type Log, reasonOf } from "./log.ts";
import type { Vault } from "./state/vault.ts";

export interface OwnNamesOptions {
  readonly zone: string;
  readonly vault: Vault;
  /** As the control plane has told them. */
  readonly views: () => readonly View[];
  /** The zone's dataplanes by mesh, the same objects while they are the same. */
  readonly here: () => readonly Offered[];
  readonly log: Log;
  /** Tells the control plane, now or when it is back. */
  readonly report: (given: { readonly mesh: string; readonly virtual: string; readonly address: string }) => void;
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
  /** The control plane has told other views: what it has named, and what nobody offers any more, is numbered here no longer. */
  settle(): void;
  settled(): Promise<void>;
}

const FILE = "given";

/** Opens what was numbered before a restart. */
export async function openOwnNames({ zone, vault, views, here, log, report }: OwnNamesOptions): Promise<OwnNames> {
  const given = new Map<string, readonly VirtualAddress[]>(readGiven(await vault.read(FILE)));
  let made: {
    readonly of: readonly View[];
    readonly offered: readonly Offered[];
    readonly views: readonly View[];
  } | null = null;
  let writing: Promise<void> = Promise.resolve();

  const set = (mesh: string, list: readonly VirtualAddress[]): void => {
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
        return { ...view, resources, addresses: joined(view, own) };
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
    set(mesh, [...(given.get(mesh) ?? []), ...fresh]);
    for (const { name: virtual, address } of fresh) {
      log("info", "a name has an address of the zone's own part", { mesh, name: virtual, address });
      report({ mesh, virtual, address });
    }
    return true;
  };
  return {
    views: now,
    number: () => here().filter(numberIn).length > 0,
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

function joined({ addresses = [] }: View, own: readonly VirtualAddress[]): readonly VirtualAddress[] {
  const told = new Set(addresses.map(({ name }) => name));
  const all = [...addresses, ...own.filter(({ name }) => !told.has(name))];
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readGiven(saved: unknown): readonly (readonly [string, readonly VirtualAddress[]])[] {
  if (!Array.isArray(saved)) return [];
  return saved.filter(
    (row): row is [string, VirtualAddress[]] =>
      Array.isArray(row) && typeof row[0] === "string" && Array.isArray(row[1]) && row[1].every(isAddress),
  );
}

function isAddress(value: unknown): value is VirtualAddress {
  const { name, address } = (value ?? {}) as Partial<VirtualAddress>;
  return typeof name === "string" && typeof address === "string";
}
