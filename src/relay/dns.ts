// The relay's DNS server: the names of its zone's meshes, from the views that it holds, also while it is cut off.
import { type DnsServer, startDns } from "#dns/server.ts";
import { type NameTable, nameTable } from "#dns/table.ts";
import type { View } from "#model/view.ts";
import { ipv6Of } from "#model/virtual/address.ts";
import { hostRecords, virtualItems } from "#model/virtual/item.ts";
import { DOMAIN } from "#model/virtual/name.ts";
import { reasonOf } from "./log.ts";

export interface RelayDnsOptions {
  readonly host: string;
  readonly port: number;
  /** Host names are told to the zones that see them. */
  readonly zone: string;
  /** The one mesh whose names are told; absent = all, and of two with one name the first mesh by name has it. */
  readonly mesh?: string | undefined;
  /** Another list whenever something of a view is different. */
  readonly views: () => readonly View[];
}

/** Starts it. Throws an error that names the address where it cannot be listened on. */
export async function startRelayDns({ host, port, zone, mesh, views }: RelayDnsOptions): Promise<DnsServer> {
  let made: { readonly of: readonly View[]; readonly table: NameTable } | null = null;
  const table = (): NameTable => {
    const now = views();
    if (made?.of !== now) made = { of: now, table: tableOf(now, zone, mesh) };
    return made.table;
  };
  return startDns({ host, port, table }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "EADDRINUSE" ? "another program has the port; choose another address by --dns" : reasonOf(error);
    throw new Error(`Cannot answer names on ${host}:${port}: ${why}`, { cause: error });
  });
}

/** The names that the zone sees, to be reached by redirected proxies. */
export function tableOf(views: readonly View[], zone: string, mesh?: string): NameTable {
  const told = views
    .filter((view) => mesh === undefined || view.mesh.name === mesh)
    .toSorted((a, b) => (a.mesh.name < b.mesh.name ? -1 : 1));
  const records = told.flatMap((view) =>
    hostRecords(virtualItems(view, zone).map((item) => ({ item, ips: [item.address, ipv6Of(item.address)] }))),
  );
  return nameTable(records, [DOMAIN], views.length > 0);
}
