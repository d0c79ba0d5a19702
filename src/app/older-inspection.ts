// Handlers of Kuma's older inspection, which kumactl still asks for: policies of a dataplane, and dataplanes of a policy.
import { kindOfType } from "#model/kinds.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import { pretty } from "./answer.ts";
import type { Handler } from "./call.ts";
import { inspected, keyOf } from "./inspection.ts";

/** All that selects the dataplane, attached to it as a whole, by type. */
export const olderDataplanePolicies: Handler<"api"> = async (call) => {
  const { selectedBy } = await inspected(call, { selectedBy: [] });
  const byType = new Map<string, unknown[]>();
  for (const policy of selectedBy) {
    const list = byType.get(policy.type);
    if (list === undefined) byType.set(policy.type, [itemMeta(policy)]);
    else list.push(itemMeta(policy));
  }
  const matchedPolicies = Object.fromEntries([...byType].sort(([a], [b]) => (a < b ? -1 : 1)));
  const items = byType.size === 0 ? [] : [{ type: "dataplane", matchedPolicies }];
  return pretty({ kind: "SidecarDataplane", total: items.length, items });
};

function itemMeta(resource: Resource): unknown {
  const { type, mesh, name, creationTime, modificationTime, labels } = resource;
  const kri = kindOfType(type)?.shortName === "" ? {} : { kri: kriOf(resource) };
  const shown = Object.keys(labels).length === 0 ? {} : { labels };
  return { type, mesh, name, creationTime, modificationTime, ...shown, ...kri };
}

/** Each rule by what it is attached to. */
export const olderDataplaneRules: Handler<"api"> = async (call) => {
  const { olderRules: items } = await inspected(call, { olderRules: [] });
  return pretty({ total: items.length, items });
};

/** All dataplanes that the policy selects, each attached as a whole. */
export const olderPolicyDataplanes: Handler<"api"> = async (call) => {
  const found = await call.app.reader.selected(call.caller, keyOf(call));
  const items = found.map(({ mesh, name }) => ({
    kind: "SidecarDataplane",
    dataplane: { mesh, name },
    attachments: [{ type: "dataplane" }],
  }));
  return pretty({ total: items.length, items });
};
