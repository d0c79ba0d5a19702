// Who may reach one MeshExternalService through an egress: whoever is in the mesh, or those whom rules about egresses let in.
import type { PermissionLists, Permitted } from "#model/policy/mesh-traffic-permission.ts";
import { LABEL } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import type { InboundPolicy, InboundRule, Origins, SubsetRule } from "./matched.ts";
import type { ViewIndex } from "./view-index.ts";

const TYPE = "MeshTrafficPermission";
const EGRESS_TYPE = "zoneegress";
const LISTS = ["deny", "allow", "allowWithShadowDeny"] as const;

/**
 * `rules` of MeshTrafficPermissions that select egresses by their labels (`kuma.io/proxy-type: zoneegress`) speak of all
 * destinations, or of the one that their `sni` names. Without any that allows, all may reach it, or nobody where the mesh forbids
 * it by default (`routing.defaultForbidMeshExternalServiceAccess`). Rules of the policies `own` speak of it too, and those
 * without an `sni` of every destination.
 */
export function destinationAccess(
  index: ViewIndex,
  names: readonly string[],
  own: readonly IndexedPolicy[] = [],
): Readonly<Record<string, InboundPolicy>> {
  const forbidden = index.view.mesh.spec.routing?.defaultForbidMeshExternalServiceAccess === true;
  const rules = rulesFor(index, names, new Set(own));
  const lists = rules.map(({ conf }) => conf as PermissionLists);
  if (rules.length === 0) return forbidden ? {} : { [TYPE]: { subsets: [EVERYBODY], rules: [] } };
  const allows = lists.some(
    ({ allow = [], allowWithShadowDeny = [] }) => allow.length + allowWithShadowDeny.length > 0,
  );
  const open = allows || forbidden ? [] : [{ conf: { allow: [{}] }, origins: {} }];
  return { [TYPE]: { subsets: [], rules: [...rules, ...open] } };
}

const EVERYBODY: SubsetRule<unknown> = { matchers: [], conf: { action: "Allow" }, origins: {} };

/** Whether a top level means the zone's egresses. */
function selectsEgress({ kind, name, labels = {}, sectionName }: TargetRef, zone: string): boolean {
  if (kind !== "Dataplane" || name || sectionName || Object.keys(labels).length === 0) return false;
  const own: Readonly<Record<string, string>> = { [LABEL.proxyType]: EGRESS_TYPE, [LABEL.zone]: zone };
  return Object.entries(labels).every(([key, value]) => own[key] === value);
}

/** The rules that hold for the destination, with what they say of it alone; its server name is what the chain is chosen by. */
function rulesFor(
  { policies, zone }: ViewIndex,
  names: readonly string[],
  selecting: ReadonlySet<IndexedPolicy>,
): readonly InboundRule<unknown>[] {
  return policies.all.flatMap((policy): readonly InboundRule<unknown>[] => {
    const { type, top, resource, kri } = policy;
    const selects = selecting.has(policy);
    if (type !== TYPE || !(selects || selectsEgress(top, zone))) return [];
    if (resource.labels[LABEL.origin] === "zone" && (resource.labels[LABEL.zone] ?? zone) !== zone) return [];
    // One that selects whole zones is about their workloads first: it means an egress where it names a destination.
    const ofAll = selects || top.labels?.[LABEL.proxyType] === EGRESS_TYPE;
    return (resource.spec.rules ?? []).flatMap(({ default: conf }, rule) => {
      const own = ownLists(conf as PermissionLists | undefined, names, ofAll);
      if (own === null) return [];
      const origins: Origins = Object.fromEntries(
        Object.keys(own).map((list) => [`/${list}`, [{ kri, part: "rules" as const, rule }]]),
      );
      return [{ conf: own, origins }];
    });
  });
}

function ownLists(conf: PermissionLists | undefined, names: readonly string[], ofAll: boolean): PermissionLists | null {
  const own: Partial<Record<(typeof LISTS)[number], readonly Permitted[]>> = {};
  for (const list of LISTS) {
    const said: readonly Permitted[] = conf?.[list] ?? [];
    const found = said.flatMap(({ sni, ...others }) =>
      (sni === undefined ? ofAll : names.includes(sni.value)) ? [others] : [],
    );
    if (found.length > 0) own[list] = found;
  }
  return Object.keys(own).length > 0 ? (own as PermissionLists) : null;
}
