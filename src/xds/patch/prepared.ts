// Modifications made ready: their texts read once, whatever the number of resources that they meet.
import type { JsonMessage, NativeEnvoy } from "#envoy/native.ts";
import {
  type Change,
  changeOf,
  type JsonPatch,
  type ModificationKind,
  type ProxyPatchConf,
} from "#model/policy/mesh-proxy-patch.ts";
import { asNotation } from "#snapshot/template.ts";
import type { Complaint, Source } from "#xds/trace.ts";

/** The message that each kind of modification is about. */
export const MESSAGES: Readonly<Record<ModificationKind, string>> = {
  cluster: "envoy.config.cluster.v3.Cluster",
  listener: "envoy.config.listener.v3.Listener",
  networkFilter: "envoy.config.listener.v3.Filter",
  httpFilter: "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter",
  virtualHost: "envoy.config.route.v3.VirtualHost",
};

export interface Prepared {
  readonly index: number;
  readonly kind: ModificationKind;
  readonly operation: Change["operation"];
  readonly match: NonNullable<Change["match"]>;
  /** In the notation of templates. */
  readonly value: JsonMessage | null;
  readonly patches: readonly JsonPatch[];
}

export interface PreparedConf {
  readonly modifications: readonly Prepared[];
  readonly complaints: readonly Complaint[];
}

/** The place of a modification in the policies that hold. */
export function sourceOf(index: number): Source {
  return { policy: "MeshProxyPatch", list: "default", item: 0, pointer: `/appendModifications/${index}` };
}

/** The modifications that can be read; a complaint for each other one. */
export function prepare({ appendModifications: items = [] }: ProxyPatchConf, native: NativeEnvoy): PreparedConf {
  const modifications: Prepared[] = [];
  const complaints: Complaint[] = [];
  items.forEach((item, index) => {
    const one = changeOf(item);
    if (one === null) return;
    const { operation, match = {}, value: text, jsonPatches = [] } = one.change;
    const read = text === undefined ? null : native.read(MESSAGES[one.kind], text);
    if (read !== null && "reason" in read) {
      const reason = `native Envoy resource is not valid: ${read.reason}`;
      complaints.push({ source: sourceOf(index), reason });
      return;
    }
    const patches = jsonPatches.map((patch) =>
      patch.value === undefined ? patch : { ...patch, value: asNotation(patch.value as never) },
    );
    const value = read === null ? null : (asNotation(read.value) as JsonMessage);
    modifications.push({ index, kind: one.kind, operation, match, value, patches });
  });
  return { modifications, complaints };
}
