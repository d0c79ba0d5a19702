// Names for applications: a resolver on loopback, with the names that Envoy was told; others are asked of the machine's own.
import { reasonOf } from "#cli/failure.ts";
import { sumOfCounts } from "#dns/count.ts";
import { type DnsCounts, type DnsServer, startDns } from "#dns/server.ts";
import { type HostRecord, type NameTable, nameTable } from "#dns/table.ts";
import { socketPaths } from "#model/node-hole.ts";
import { DOMAIN } from "#model/virtual/name.ts";
import { watchDynamicConfig } from "./dynamic-config.ts";

/** Where redirected questions go, as in Kuma. */
export const DNS_PORT = 15_053;

export interface NamesOptions {
  /** The work folder that the relay was told of. */
  readonly folder: string;
  readonly mesh: string;
  readonly name: string;
  /** Where questions come in. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly say: (line: string) => void;
}

export interface Names {
  /** Of all addresses together, since the start; null where none is listened on. */
  counts(): DnsCounts | null;
  close(): void;
}

/** Starts the resolver. Names stay as they were while Envoy starts again. Never throws: traffic goes first. */
export async function startNames({ folder, mesh, name, hosts, port, say }: NamesOptions): Promise<Names> {
  let table: NameTable = nameTable([], [DOMAIN], false);
  const servers: DnsServer[] = [];
  for (const host of hosts) {
    try {
      servers.push(await startDns({ host, port, table: () => table }));
    } catch (error) {
      say(`names are not resolved at ${host}: port ${port} cannot be listened on (${reasonOf(error)})`);
    }
  }
  if (servers.length === 0) return { counts: () => null, close: () => undefined };
  const watch = watchDynamicConfig(socketPaths(folder, { mesh, name }).dynamicConfig, {
    path: "/dns",
    read: recordsOf,
    onChange: (records) => {
      if (records !== null) table = nameTable(records, [DOMAIN]);
    },
  });
  return {
    counts: () => sumOfCounts(servers.map(({ counts }) => counts)),
    close() {
      watch.close();
      for (const server of servers) void server.close();
    },
  };
}

function recordsOf(body: string): readonly HostRecord[] | null {
  try {
    const { records } = JSON.parse(body) as { readonly records?: unknown };
    if (!Array.isArray(records)) return null;
    return records.filter(
      (one: Partial<HostRecord>): one is HostRecord => typeof one.name === "string" && Array.isArray(one.ips),
    );
  } catch {
    return null;
  }
}
