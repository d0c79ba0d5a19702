// One mesh as it would stand: lists by type, copied when they are first needed, and what was derived on top.
import { findStored, type TenantState } from "#control/state.ts";
import { type Lists, removeFrom, setIn, visible } from "#control/view/list.ts";
import type { SpecOf, TypeName } from "#model/kinds.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import type { AddressRow, Claim } from "#model/virtual/allot.ts";
import type { Commit } from "#store/face/commit.ts";
import type { Registration } from "#store/face/registration.ts";
import type { Derived } from "./derived.ts";
import { mergePatch } from "./merge-patch.ts";

export type Dataplane = Resource<SpecOf<"Dataplane">>;

export interface MeshWorld {
  readonly name: string;
  readonly own: Resource<SpecOf<"Mesh">>;
  /** Types of which something is different. */
  readonly touched: Pick<ReadonlySet<string>, "has">;
  /** Resources of a kind that relays see, sorted by name; new ones have no times yet. */
  of<T extends TypeName>(type: T): readonly Resource<SpecOf<T>>[];
  /** Dataplanes that are different, or whose registration or first certificate is; all there is to know where nothing but Dataplanes is touched. */
  readonly dataplanes: readonly {
    readonly before: Dataplane | null;
    readonly after: Dataplane | null;
  }[];
  /** Virtual addresses as they stand, and those that zones claim. */
  readonly addresses: readonly AddressRow[];
  readonly claims: readonly Claim[];
  /** The current registration of each dataplane, by its name. */
  readonly lives: ReadonlyMap<string, Registration>;
  /** Whether the dataplane has got a certificate. */
  isCertified(dataplane: string): boolean;
  /** Takes what was derived, for the derivers after. */
  apply(derived: Derived): void;
}

/** The mesh after the commit; null when there is none. Its times and statuses stay through a write, as in the store. */
export function openMesh(
  state: TenantState,
  commit: Commit,
  name: string,
  touched: MeshWorld["touched"] & { add(type: string): unknown },
): MeshWorld | null {
  const before = state.meshes.get(name);
  const mine = commit.writes.filter(({ key }) => key.mesh === name);
  const written = commit.writes.find(({ key }) => key.type === "Mesh" && key.name === name)?.after;
  const own = written ?? before?.own.resource;
  if (own === undefined) return null;
  const lists: Lists = new Map(before?.lists ?? []);
  const put = (key: ResourceKey, after: Resource | null): void => {
    const shown = after === null ? null : visible(after);
    if (shown === null) removeFrom(lists, key);
    else setIn(lists, shown);
  };
  const stood = mine.map((write) => ({ ...write, after: write.after && standing(state, write.key, write.after) }));
  for (const { key, after } of stood) put(key, after);
  const issued = new Set((commit.certificates ?? []).flatMap((row) => (row.mesh === name ? row.name : [])));
  return {
    name,
    own: own as Resource<SpecOf<"Mesh">>,
    touched,
    of: <T extends TypeName>(type: T) => (lists.get(type) ?? []) as readonly Resource<SpecOf<T>>[],
    dataplanes: dataplanesOf(state, commit, stood, name),
    addresses: [...(before?.addresses.values() ?? [])],
    claims: (commit.claims ?? []).filter((claim) => claim.mesh === name),
    lives: livesAfter(before?.registrations ?? new Map(), commit, name),
    isCertified: (dataplane) => issued.has(dataplane) || before?.certified.has(dataplane) === true,
    apply({ derived = [], statuses = [] }) {
      for (const { key, after } of derived) {
        put(key, after && standing(state, key, after));
        touched.add(key.type);
      }
      for (const { key, patch } of statuses) {
        const old = lists.get(key.type)?.find((one) => one.name === key.name);
        if (old !== undefined) setIn(lists, { ...old, status: mergePatch(old.status, patch) });
      }
    },
  };
}

/** As the store keeps it: times are its own, and a write that brings no status leaves the one that stands. */
function standing(state: TenantState, key: ResourceKey, after: Resource): Resource {
  const before = findStored(state, key)?.resource;
  const { creationTime = "", modificationTime = "" } = before ?? {};
  const status = after.status ?? before?.status;
  return { ...after, creationTime, modificationTime, ...(status !== undefined && { status }) };
}

function dataplanesOf(
  state: TenantState,
  { registrations = [], certificates = [] }: Commit,
  writes: Commit["writes"],
  mesh: string,
): MeshWorld["dataplanes"] {
  const found = new Map<string, MeshWorld["dataplanes"][number]>();
  const stored = (name: string) =>
    (findStored(state, { type: "Dataplane", mesh, name })?.resource ?? null) as Dataplane | null;
  const lives = registrations.map((write) => ("set" in write ? write.set : write.gone));
  for (const one of [...lives, ...certificates]) {
    if (one.mesh === mesh) found.set(one.name, { before: stored(one.name), after: stored(one.name) });
  }
  for (const { key, after } of writes) {
    if (key.type !== "Dataplane") continue;
    found.set(key.name, { before: stored(key.name), after: after as Dataplane | null });
  }
  return [...found.values()];
}

function livesAfter(
  before: ReadonlyMap<string, Registration>,
  { registrations = [], writes }: Commit,
  mesh: string,
): ReadonlyMap<string, Registration> {
  const mine = registrations.filter((write) => ("set" in write ? write.set : write.gone).mesh === mesh);
  const gone = writes.filter(({ key, after }) => after === null && key.mesh === mesh && key.type === "Dataplane");
  if (mine.length === 0 && gone.length === 0) return before;
  const lives = new Map(before);
  for (const write of mine) {
    if ("set" in write) lives.set(write.set.name, write.set);
    else {
      const current = lives.get(write.gone.name);
      if (current?.id !== write.gone.id) continue;
      if (current.owner === "user") lives.set(current.name, { ...current, online: false });
      else lives.delete(current.name);
    }
  }
  for (const { key } of gone) lives.delete(key.name);
  return lives;
}
