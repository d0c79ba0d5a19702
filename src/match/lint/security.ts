// Lint rules about who may get in: mTLS, permissions that let everybody in, and services that let nobody in.
import { STRANGERS } from "#match/access/access.ts";
import { inboundsOf } from "#match/access/landing.ts";
import { namesOf } from "#match/access/named.ts";
import type { InboundPolicy } from "#match/matched.ts";
import { kriOf } from "#model/kri-of.ts";
import { enabledBackendOf } from "#model/mesh-rule.ts";
import type { MeshTrafficPermissionSpec, PermissionLists, Permitted } from "#model/policy/mesh-traffic-permission.ts";
import { asksForRequest } from "#model/request-match.ts";
import { LABEL, SERVICE_TAG } from "#model/tag.ts";
import { resourcesOf } from "#model/view.ts";
import type { Place } from "./finding.ts";
import type { Survey } from "./survey.ts";

export function* meshWithoutMtls({ index }: Survey): Iterable<Place> {
  const { view, everywhere } = index;
  if (everywhere.length === 0 || enabledBackendOf(view.mesh.spec) !== null) return;
  yield {
    kri: kriOf(view.mesh),
    field: "mtls.enabledBackend",
    what: `mesh ${view.mesh.name} has no mTLS`,
    why: "its proxies speak plaintext, everybody who reaches their ports gets in, and no permission holds",
    fix: "set mtls.enabledBackend, with mode PERMISSIVE on its backend while applications move, then STRICT",
  };
}

export function* permissiveMtls({ index }: Survey): Iterable<Place> {
  const { view } = index;
  const backend = enabledBackendOf(view.mesh.spec);
  if (backend === null) return;
  const why = "inbounds take plaintext beside mTLS: whoever connects without a certificate is asked nothing";
  if (backend.mode === "PERMISSIVE") {
    const at = view.mesh.spec.mtls?.backends?.findIndex(({ name }) => name === backend.name) ?? 0;
    yield {
      kri: kriOf(view.mesh),
      field: `mtls.backends[${at}].mode`,
      what: `mTLS of mesh ${view.mesh.name} is PERMISSIVE`,
      why,
      fix: "set mode STRICT once every client is in the mesh; weft access --from '*' shows what is open",
    };
  }
  for (const policy of resourcesOf(view, "MeshTLS")) {
    const { rules = [], from = [] } = policy.spec as Modes;
    for (const [part, items] of [
      ["rules", rules],
      ["from", from],
    ] as const) {
      for (const [at, { default: said }] of items.entries()) {
        if (said?.mode !== "Permissive") continue;
        yield {
          kri: kriOf(policy),
          field: `spec.${part}[${at}].default.mode`,
          what: "MeshTLS makes inbounds permissive",
          why,
          fix: "set mode Strict, or delete the policy, once every client is in the mesh",
        };
      }
    }
  }
}

interface Modes {
  readonly rules?: readonly { readonly default?: { readonly mode?: string } }[];
  readonly from?: readonly { readonly default?: { readonly mode?: string } }[];
}

export function* allowAll({ index, selected }: Survey): Iterable<Place> {
  const { view } = index;
  const place = (kri: string, field: string, whom: string): Place => ({
    kri,
    field,
    what: `everybody ${whom} is let in`,
    why: `it holds for ${selected.get(kri) ?? 0} of the mesh's ${index.everywhere.length} proxies, and a workload that is taken over reaches all of them`,
    fix: "name the clients that call: spiffeID of their services, in rules",
  });
  for (const policy of resourcesOf(view, "MeshTrafficPermission")) {
    const kri = kriOf(policy);
    if (!selected.has(kri)) continue;
    const { from = [], rules = [] } = policy.spec as MeshTrafficPermissionSpec;
    for (const [at, { targetRef, default: said }] of from.entries())
      if (targetRef.kind === "Mesh" && said?.action === "Allow")
        yield place(kri, `spec.from[${at}].default.action`, `of mesh ${view.mesh.name}`);
    for (const [at, { default: lists }] of rules.entries())
      for (const [item, match] of (lists?.allow ?? []).entries())
        if (isEverybody(match, view.mesh.name))
          yield place(kri, `spec.rules[${at}].default.allow[${item}]`, `of mesh ${view.mesh.name}`);
  }
  for (const policy of resourcesOf(view, "TrafficPermission")) {
    const kri = kriOf(policy);
    const all = (list: readonly { readonly match?: Readonly<Record<string, string>> }[] = []): number =>
      list.findIndex(({ match = {} }) => Object.values(match).every((value) => value === "*"));
    const [source, destination] = [all(policy.spec.sources), all(policy.spec.destinations)];
    if (selected.has(kri) && source >= 0 && destination >= 0)
      yield place(kri, `sources[${source}]`, `of mesh ${view.mesh.name}`);
  }
}

/** Services of which a workload becomes a part by what it says of itself, and no token: clients then take its identity for theirs. */
export function* unboundSelector({ index: { view } }: Survey): Iterable<Place> {
  if (enabledBackendOf(view.mesh.spec) === null) return;
  for (const service of resourcesOf(view, "MeshService")) {
    const { dataplaneLabels, dataplaneTags } = service.spec.selector ?? {};
    const [member, asked, bound] =
      dataplaneLabels === undefined
        ? ["dataplaneTags", dataplaneTags ?? {}, SERVICE_TAG]
        : ["dataplaneLabels", dataplaneLabels.matchLabels ?? {}, LABEL.workload];
    const keys = Object.keys(asked).sort();
    if (keys.length === 0 || keys.includes(bound)) continue;
    yield {
      kri: kriOf(service),
      field: `spec.selector.${member}`,
      what: `who has ${keys.join(", ")} is a part of ${service.name}`,
      why: "a workload says this of itself unless its token binds it, and clients of the service accept the identities of all that it selects",
      fix:
        member === "dataplaneTags"
          ? `ask for ${bound} too, or issue tokens that bind these tags: weft dataplane-token create --tag`
          : `ask for ${bound} too and issue tokens that bind it (weft dataplane-token create --workload), or select by dataplaneTags with ${SERVICE_TAG} or by dataplaneRef`,
    };
  }
}

/** Whether a match asks for nothing that some client of the mesh has not. */
function isEverybody(match: Permitted, mesh: string): boolean {
  const { spiffeID, sni } = match;
  if (sni !== undefined || asksForRequest(match)) return false;
  if (spiffeID === undefined) return true;
  return spiffeID.type === "Prefix" && `spiffe://${mesh}/`.startsWith(spiffeID.value);
}

export function* withoutPermission({ access, index }: Survey): Iterable<Place> {
  const called = new Map<string, Set<string>>();
  for (const [from, row] of access.rows) {
    if (from === STRANGERS) continue;
    for (const { to, verdict } of row.values())
      if (verdict.outcome === "denied") called.set(to, (called.get(to) ?? new Set()).add(from));
  }
  const told = new Set<string>();
  for (const dataplane of index.everywhere) {
    const matched = inboundsOf(index, dataplane);
    for (const [at, { to }] of namesOf(index, dataplane).inbounds.entries()) {
      const inbound = matched[at];
      const clients = [...(called.get(to) ?? [])].sort();
      if (inbound === undefined || inbound.tls === "off" || clients.length === 0 || told.has(to)) continue;
      if (letsAnybodyIn(inbound.policies.MeshTrafficPermission)) continue;
      told.add(to);
      yield {
        kri: kriOf(dataplane),
        field: `networking.inbound[${at}]`,
        what: `nobody is let in to ${to}`,
        why: `no permission allows anybody, and ${some(clients)} ${clients.length === 1 ? "calls" : "call"} it: every request gets 403, every connection is closed`,
        fix: `write a MeshTrafficPermission whose targetRef selects the dataplanes of ${to} and whose rules allow the clients`,
      };
    }
  }
}

function letsAnybodyIn(policy: InboundPolicy | undefined): boolean {
  const { subsets = [], rules = [] } = policy ?? {};
  if (rules.length === 0)
    return subsets.some(({ conf }) =>
      ["Allow", "AllowWithShadowDeny"].includes((conf as { action?: string })?.action ?? ""),
    );
  return rules.some(({ conf }) => {
    const { allow = [], allowWithShadowDeny = [] } = (conf ?? {}) as PermissionLists;
    return allow.length + allowWithShadowDeny.length > 0;
  });
}

function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(" and ");
}
