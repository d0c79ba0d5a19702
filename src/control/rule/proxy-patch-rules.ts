// Rules of MeshProxyPatch: its values are Envoy's resources, which only Envoy's descriptors know.
import { loadNativeEnvoy } from "#envoy/native/load.ts";
import type { NativeEnvoy } from "#envoy/native.ts";
import type { SpecOf } from "#model/kinds.ts";
import { type Change, changeOf, type ModificationKind } from "#model/policy/mesh-proxy-patch.ts";
import type { Resource } from "#model/resource.ts";
import { under, type Violation } from "#model/violation.ts";
import type { Rule } from "./rule.ts";

/** The message that each kind of modification is about. */
const MESSAGES: Readonly<Record<ModificationKind, string>> = {
  cluster: "envoy.config.cluster.v3.Cluster",
  listener: "envoy.config.listener.v3.Listener",
  networkFilter: "envoy.config.listener.v3.Filter",
  httpFilter: "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter",
  virtualHost: "envoy.config.route.v3.VirtualHost",
};

/** What is added must be a whole resource; a patch must be a part of one. */
export const putMeshProxyPatch: Rule = async ({ planned }) => {
  const { spec } = planned.after as Resource<SpecOf<"MeshProxyPatch">>;
  const items = (spec.default.appendModifications ?? []).map(changeOf);
  if (!items.some((one) => one?.change.value !== undefined)) return [];
  const native = await loadNativeEnvoy();
  return under(
    "spec",
    under(
      "default",
      items.flatMap((one, index) => {
        const reason = one === null ? null : valueReason(MESSAGES[one.kind], one.change, native);
        const field = `appendModifications[${index}].${one?.kind}.value`;
        return reason === null ? [] : [{ field, reason: `native Envoy resource is not valid: ${reason}` }];
      }),
    ),
  ) as readonly Violation[];
};

function valueReason(message: string, { operation, value }: Change, native: NativeEnvoy): string | null {
  if (value === undefined || operation === "Remove") return null;
  const read = native.read(message, value);
  if ("reason" in read) return read.reason;
  return operation === "Patch" ? null : native.problem(message, read.value);
}
