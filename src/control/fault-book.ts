// The fault book: what compilation could not use of a resource stands in that resource's status, once, and goes when it is mended.
import type { CompileFault } from "#compile/compile.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import { REFUSAL } from "./refusal.ts";
import type { TenantState } from "./state.ts";
import type { Tenant } from "./tenant.ts";

export interface FaultBook {
  /** The faults of a zone's newest compile, in place of the earlier ones. */
  note(zone: string, faults: readonly CompileFault[]): void;
  /** What a relay's proxies refuse, in place of what they refused; `relay` is `<zone>/<relay>`. */
  refused(relay: string, faults: readonly CompileFault[]): void;
  /** What stands in statuses, by KRI. */
  shown(state: TenantState): ReadonlyMap<string, readonly ShownFault[]>;
  /** Brings statuses up to date; writes only those that differ. Never throws: a status is not worth a snapshot. */
  write(state: TenantState): Promise<void>;
}

export interface ShownFault {
  readonly field: string;
  readonly reason: string;
  readonly zones: readonly string[];
}

/** The fault book of one tenant. */
export function openFaultBook({ id, store, deps }: Pick<Tenant, "id" | "store" | "deps">): FaultBook {
  const zones = new Map<string, readonly CompileFault[]>();
  const refusals = new Map<string, readonly CompileFault[]>();
  /** What stands in statuses, by KRI; null until the resources have been asked. */
  let written: Map<string, string> | null = null;
  return {
    note(zone, faults) {
      zones.set(zone, faults);
    },
    refused(relay, faults) {
      refusals.delete(carriedKey(zoneOfRelay(relay)));
      refusals.set(relay, faults);
    },
    shown(state) {
      const texts = written ?? standing(state);
      return new Map([...texts].map(([kri, text]) => [kri, JSON.parse(text) as readonly ShownFault[]]));
    },
    async write(state) {
      if (written === null) {
        written = standing(state);
        carry(written, refusals);
      }
      const wanted = merge(zones, refusals);
      const differing = [...new Set([...wanted.keys(), ...written.keys()])].filter(
        (kri) => textOf(wanted.get(kri)) !== written?.get(kri),
      );
      if (differing.length === 0) return;
      const byKri = new Map(resources(state).map((resource) => [kriOf(resource), resource]));
      for (const kri of differing) {
        const resource = byKri.get(kri);
        const faults = wanted.get(kri);
        if (faults === undefined) written.delete(kri);
        else written.set(kri, textOf(faults) as string);
        if (resource === undefined) continue;
        try {
          await store.mergeStatus(resource, { faults: faults ?? null });
        } catch (error) {
          written.delete(kri);
          deps.log("warn", "status was not written", { tenant: id, kri, error });
        }
      }
    },
  };
}

function merge(
  zones: ReadonlyMap<string, readonly CompileFault[]>,
  refusals: ReadonlyMap<string, readonly CompileFault[]>,
): ReadonlyMap<string, readonly ShownFault[]> {
  const byKri = new Map<string, Map<string, ShownFault>>();
  const told = [...zones, ...[...refusals].map(([relay, faults]) => [zoneOfRelay(relay), faults] as const)];
  for (const [zone, faults] of told.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    for (const { kri, field, reason } of faults) {
      const shown = byKri.get(kri) ?? new Map<string, ShownFault>();
      byKri.set(kri, shown);
      const key = JSON.stringify([field, reason]);
      shown.set(key, { field, reason, zones: [...new Set([...(shown.get(key)?.zones ?? []), zone])] });
    }
  }
  return new Map([...byKri].map(([kri, shown]) => [kri, [...shown.values()]]));
}

function zoneOfRelay(relay: string): string {
  return relay.slice(0, relay.indexOf("/"));
}

/** No relay has an empty name: what stood before a restart, until one of the zone tells anew. */
function carriedKey(zone: string): string {
  return `${zone}/`;
}

function carry(written: ReadonlyMap<string, string>, refusals: Map<string, readonly CompileFault[]>): void {
  for (const [kri, text] of written) {
    for (const { field, reason, zones } of JSON.parse(text) as readonly ShownFault[]) {
      if (!reason.startsWith(REFUSAL)) continue;
      for (const zone of zones) {
        if ([...refusals.keys()].some((relay) => zoneOfRelay(relay) === zone && relay !== carriedKey(zone))) continue;
        const key = carriedKey(zone);
        refusals.set(key, [...(refusals.get(key) ?? []), { kri, field, reason }]);
      }
    }
  }
}

function standing(state: TenantState): Map<string, string> {
  const found = new Map<string, string>();
  for (const resource of resources(state)) {
    const { faults } = (resource.status ?? {}) as { readonly faults?: readonly ShownFault[] };
    if (faults !== undefined) found.set(kriOf(resource), textOf(faults) as string);
  }
  return found;
}

function resources({ meshes }: TenantState): readonly Resource[] {
  return [...meshes.values()].flatMap(({ own, items }) => [
    own.resource,
    ...[...items.values()].map(({ resource }) => resource),
  ]);
}

function textOf(faults: readonly ShownFault[] | undefined): string | undefined {
  return faults === undefined ? undefined : JSON.stringify(faults);
}
