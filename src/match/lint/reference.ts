// Lint rules about names: references to what does not exist, and older policies beside those that replaced them.
import { namesOf } from "#match/access/named.ts";
import { danglingFaults } from "#match/dangling.ts";
import type { MatchFault } from "#match/fault.ts";
import { foundOf, policyFaults } from "#match/match.ts";
import type { ViewIndex } from "#match/view-index.ts";
import { displayName } from "#model/display-name.ts";
import { ALL_KINDS, kindOfType } from "#model/kinds.ts";
import { kriOf } from "#model/kri-of.ts";
import { nearestWord } from "#model/nearest.ts";
import type { MeshTrafficPermissionSpec } from "#model/policy/mesh-traffic-permission.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { resourcesOf } from "#model/view.ts";
import type { Place } from "./finding.ts";
import type { Survey } from "./survey.ts";

/** References that lead to nothing: of policies, of routes, and of what dataplanes list. */
export function* danglingReference({ access }: Survey): Iterable<Place> {
  for (const fault of distinct(access, danglingIn))
    yield {
      ...fault,
      what: "it refers to nothing",
      fix: "correct the reference, or create what it means",
    };
}

/** What else matching had to leave out. */
export function* unusableValue({ access }: Survey): Iterable<Place> {
  for (const fault of distinct(access, (index) => {
    const isDangling = danglingIn(index);
    return (one) => !isDangling(one);
  }))
    yield {
      ...fault,
      what: "it cannot be used as it stands",
      fix: "correct the field; the rest of the resource holds",
    };
}

/** Tells those faults of a zone that are references to nothing. */
function danglingIn({ policies, view, routed }: ViewIndex): (fault: MatchFault) => boolean {
  const found = new Set([...danglingFaults(policies.distant, view), ...routed.faults].map(keyOf));
  return (fault) =>
    /^networking\.outbound\[/.test(fault.field) ||
    (/backendRef|targetRef/.test(fault.field) && found.has(keyOf(fault)));
}

function keyOf({ kri, field, reason }: MatchFault): string {
  return `${kri} ${field} ${reason}`;
}

function* distinct(
  access: Survey["access"],
  keepIn: (index: ViewIndex) => (fault: MatchFault) => boolean,
): Iterable<Pick<Place, "kri" | "field" | "why">> {
  const seen = new Set<string>();
  for (const index of access.zones.values()) {
    const keep = keepIn(index);
    for (const fault of [...policyFaults(index), ...index.dataplanes.flatMap((one) => foundOf(index, one).faults)]) {
      const { kri, field, reason: why } = fault;
      const key = keyOf(fault);
      // That a mesh has no mTLS has a rule of its own.
      if (seen.has(key) || field === "mtls.enabledBackend" || !keep(fault)) continue;
      seen.add(key);
      yield { kri, field, why };
    }
  }
}

/** Clients and callees by names that nobody has. */
export function* unknownName({ index }: Survey): Iterable<Place> {
  const { view, everywhere } = index;
  if (everywhere.length === 0) return;
  const uris = new Set(everywhere.flatMap((one) => [...namesOf(index, one).uris]));
  const services = calledNames(index);
  const domain = `spiffe://${view.mesh.name}/`;
  const place = (kri: string, field: string, who: string, near: string | undefined): Place => ({
    kri,
    field,
    what: `nobody is called ${who}`,
    why: "no dataplane and no service of the mesh has this name now, so it has no effect",
    fix: near === undefined ? "correct the name, or delete it" : `did you mean ${near}?`,
  });
  for (const policy of resourcesOf(view, "MeshTrafficPermission")) {
    const { rules = [] } = policy.spec as MeshTrafficPermissionSpec;
    for (const [at, { default: lists }] of rules.entries())
      for (const list of ["deny", "allow", "allowWithShadowDeny"] as const)
        for (const [item, { spiffeID }] of (lists?.[list] ?? []).entries()) {
          const { type, value = "" } = spiffeID ?? {};
          if (type !== "Exact" || !value.startsWith(domain) || uris.has(value)) continue;
          const near = nearestWord(
            value,
            [...uris].filter((one) => one.startsWith(domain)),
          );
          const found = place(kriOf(policy), `spec.rules[${at}].default.${list}[${item}].spiffeID.value`, value, near);
          // Who is to be kept out may well not be there.
          yield list === "deny" ? { ...found, severity: "info" } : found;
        }
  }
  for (const { kri, resource, older } of index.policies.all) {
    if (older !== undefined) continue;
    for (const [at, { targetRef }] of (resource.spec.to ?? []).entries()) {
      const { kind, name } = targetRef;
      if ((kind !== "MeshService" && kind !== "MeshServiceSubset") || !name || services.has(name)) continue;
      yield place(kri, `spec.to[${at}].targetRef.name`, name, nearestWord(name, [...services]));
    }
  }
}

/** All names by which services are called. */
function calledNames({ services, everywhere, members }: ViewIndex): ReadonlySet<string> {
  const tagged = everywhere.flatMap(({ spec }) =>
    (spec.networking?.inbound ?? []).flatMap(({ tags }) => tags?.[SERVICE_TAG] ?? []),
  );
  const real = [...services.all, ...services.external, ...services.multi].flatMap((one) => [
    one.name,
    displayName(one),
  ]);
  return new Set([...tagged, ...real, ...services.outside.keys(), ...members.keys(), "pass_through"]);
}

export function* olderBesideNewer({ index, selected }: Survey): Iterable<Place> {
  const { view } = index;
  for (const kind of ALL_KINDS) {
    if (kind.older === undefined) continue;
    for (const policy of view.resources[kind.type] ?? []) {
      const newer = kind.older.becomes.filter((type) =>
        (view.resources[type] ?? []).some((one) => selected.has(kriOf(one)) && kindOfType(type)?.policy !== undefined),
      );
      if (newer.length === 0) continue;
      yield {
        kri: kriOf(policy),
        field: "",
        what: `${kind.type} stands beside ${newer.join(" and ")}`,
        why: `where a ${newer.join(" or ")} selects the same proxies, the older policy has no say at all`,
        fix: `write what it says as ${kind.older.becomes.join(" or ")}, and delete it`,
      };
    }
  }
}
