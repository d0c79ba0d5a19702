// Lint rules about what has no effect: policies that select nothing or are beaten everywhere, routes and rules that are never come to.
import type { IndexedPolicy } from "#match/indexed-policy.ts";
import { placedMatches } from "#match/route-order.ts";
import { defaultPolicies } from "#model/default-policies.ts";
import { parseKri } from "#model/kri.ts";
import type { HttpRouteRule, MeshHttpRouteConf, RouteMatch } from "#model/policy/mesh-http-route-shape.ts";
import type { PermissionLists, Permitted } from "#model/policy/mesh-traffic-permission.ts";
import { asksForRequest } from "#model/request-match.ts";
import { sameJson } from "#model/same.ts";
import { LABEL } from "#model/tag.ts";
import type { Place } from "./finding.ts";
import type { Survey } from "./survey.ts";

/** Policies that users wrote, each once; a new mesh's own are there whatever a mesh has. */
function written({ index }: Survey): readonly IndexedPolicy[] {
  const { policies, view } = index;
  const own = new Set(defaultPolicies({ ...view.mesh, spec: {} }).map(({ type, name }) => `${type}/${name}`));
  const found = new Map(policies.all.map((policy) => [policy.kri, policy]));
  return [...found.values()].filter(({ resource }) => !own.has(`${resource.type}/${resource.name}`));
}

/** Rules about egresses hold at these, and select no dataplane. */
function isOfGates({ top }: IndexedPolicy): boolean {
  return (top.labels?.[LABEL.proxyType] ?? "").startsWith("zone");
}

export function* selectsNothing(survey: Survey): Iterable<Place> {
  if (survey.index.everywhere.length === 0) return;
  for (const policy of written(survey)) {
    const { kri, top, older } = policy;
    // Of the whole mesh it is about whoever comes; a route or gateway that is not there is told as a reference to nothing.
    if (survey.selected.has(kri) || top.kind === "Mesh" || top.kind === "MeshHTTPRoute" || isOfGates(policy)) continue;
    yield {
      kri,
      field: older === undefined ? "spec.targetRef" : "",
      what: "it selects no dataplane",
      why:
        older === undefined
          ? `none is what its targetRef asks for: ${JSON.stringify(top)}`
          : "none has the tags that it asks for",
      fix: "correct names, tags or labels (weft get dataplanes -o yaml shows what there is), or delete it",
    };
  }
}

export function* shadowedPolicy(survey: Survey): Iterable<Place> {
  for (const { kri } of written(survey)) {
    const by = survey.beaten.get(kri);
    if (by === undefined || survey.winners.has(kri)) continue;
    const names = [...by].map((one) => parseKri(one)?.name ?? one).sort();
    yield {
      kri,
      field: "",
      what: "every value that it sets is beaten everywhere",
      why: `${names.join(", ")} ${names.length === 1 ? "sets" : "set"} the same fields and ${names.length === 1 ? "ranks" : "rank"} above it wherever it holds`,
      fix: "delete it, or make its targetRef more specific than theirs; weft why PROXY shows who beats it",
    };
  }
}

const ROUTES = new Set(["MeshHTTPRoute", "MeshTCPRoute"]);

export function* unusedRoute(survey: Survey): Iterable<Place> {
  for (const { kri, type, older } of written(survey)) {
    if (!ROUTES.has(type) || older !== undefined || !survey.selected.has(kri)) continue;
    if (survey.winners.has(kri) || survey.beaten.has(kri)) continue;
    yield {
      kri,
      field: "spec.to",
      what: "no proxy that it selects calls what it routes",
      why: `of the ${survey.selected.get(kri)} it selects, none has an outbound to a destination of its to`,
      fix: "correct to[].targetRef or the outbounds of its clients, or delete it",
    };
  }
}

/** Rules whose every match another rule takes first, in all that routes come to. */
export function* unreachableRoute(survey: Survey): Iterable<Place> {
  const reached = new Map<string, { readonly kri: string; readonly matches: unknown; dead: boolean }>();
  for (const { conf, origins } of survey.routes) {
    const { rules = [] } = (conf ?? {}) as MeshHttpRouteConf;
    const placed = placedMatches(rules);
    for (const [rule, { matches }] of rules.entries()) {
      const own = placed.flatMap((one, at) => (one.index === rule ? [at] : []));
      const dead = own.every((at) =>
        placed
          .slice(0, at)
          .some((one) => one.index !== rule && covers(one.match, (placed[at] as { match: RouteMatch }).match)),
      );
      const setter = Object.entries(origins).find(([pointer]) => pointer.startsWith(`/rules/${rule}/`))?.[1][0];
      if (setter === undefined) continue;
      const key = JSON.stringify([setter.kri, matches]);
      const known = reached.get(key);
      if (known === undefined) reached.set(key, { kri: setter.kri, matches, dead });
      else known.dead &&= dead;
    }
  }
  const why =
    "requests are tried against more specific matches first, and those of another rule take all that this one asks for";
  for (const { kri, matches, dead } of reached.values()) {
    if (!dead) continue;
    const field = fieldOfRule(survey, kri, matches);
    if (field !== null)
      yield {
        kri,
        field,
        what: "no request comes to this rule",
        why,
        fix: "delete it, or ask for something more specific",
      };
  }
  for (const { kri, type, resource } of written(survey)) {
    if (type !== "MeshHTTPRoute") continue;
    for (const [at, item] of (
      (resource.spec.to ?? []) as readonly { readonly rules?: readonly HttpRouteRule[] }[]
    ).entries())
      for (const [index, { matches }] of (item.rules ?? []).entries()) {
        const first = (item.rules ?? []).findIndex((one) => sameJson(one.matches, matches));
        if (first === index) continue;
        yield {
          kri,
          field: `spec.to[${at}].rules[${index}]`,
          what: "no request comes to this rule",
          why: `rules[${first}] has the same matches and stands before it`,
          fix: "put both into one rule, or delete one",
        };
      }
  }
}

function fieldOfRule({ index }: Survey, kri: string, matches: unknown): string | null {
  const policy = index.policies.all.find(
    (one) => one.kri === kri && one.type === "MeshHTTPRoute" && one.older === undefined,
  );
  for (const [at, item] of (
    (policy?.resource.spec.to ?? []) as readonly { readonly rules?: readonly HttpRouteRule[] }[]
  ).entries()) {
    const rule = (item.rules ?? []).findIndex((one) => sameJson(one.matches, matches));
    if (rule >= 0) return `spec.to[${at}].rules[${rule}]`;
  }
  return null;
}

/** Whether every request that the second match means is one that the first means. */
function covers(a: RouteMatch, b: RouteMatch): boolean {
  if (a.method !== undefined && a.method !== b.method) return false;
  for (const [mine, others] of [
    [a.headers, b.headers],
    [a.queryParams, b.queryParams],
  ] as const)
    if ((mine ?? []).some((one) => !(others ?? []).some((other) => sameJson(one, other)))) return false;
  return coversPath(a.path, b.path);
}

function coversPath(a: RouteMatch["path"], b: RouteMatch["path"]): boolean {
  if (a === undefined || (a.type === "PathPrefix" && a.value === "/")) return true;
  if (b === undefined) return false;
  if (sameJson(a, b)) return true;
  return (
    a.type === "PathPrefix" &&
    b.type !== "RegularExpression" &&
    (b.value === a.value || b.value.startsWith(`${a.value}/`))
  );
}

/** Allows whose clients are all kept out by a deny, wherever they hold. */
export function* unreachableAllow({ permissions }: Survey): Iterable<Place> {
  const found = new Map<string, { readonly place: Place; dead: boolean }>();
  for (const { rules } of permissions) {
    const items = (list: keyof PermissionLists) =>
      rules.flatMap(({ conf, origins }) => {
        const counts = new Map<string, number>();
        return ((conf as PermissionLists)?.[list] ?? []).map((match, at) => {
          const origin = origins[`/${list}/${at}`]?.[0];
          const of = JSON.stringify(origin ?? null);
          counts.set(of, (counts.get(of) ?? -1) + 1);
          return { match, origin, item: counts.get(of) ?? 0 };
        });
      });
    const denies = items("deny");
    for (const list of ["allow", "allowWithShadowDeny"] as const) {
      for (const { match, origin, item } of items(list)) {
        if (origin === undefined) continue;
        const by = denies.find((deny) => !asksForRequest(deny.match) && keepsOut(deny.match, match));
        const field = `spec.rules[${origin.rule}].default.${list}[${item}]`;
        const key = `${origin.kri} ${field}`;
        const known = found.get(key);
        if (known !== undefined) {
          known.dead &&= by !== undefined;
          continue;
        }
        const place: Place = {
          kri: origin.kri,
          field,
          what: "it lets nobody in",
          why: `a deny keeps all of its clients out: ${by?.origin ? `${parseKri(by.origin.kri)?.name} spec.rules[${by.origin.rule}].default.deny[${by.item}]` : ""}`,
          fix: "delete it, or narrow the deny; a deny anywhere beats an allow anywhere",
        };
        found.set(key, { place, dead: by !== undefined });
      }
    }
  }
  for (const { place, dead } of found.values()) if (dead) yield place;
}

/** Whether every client that the allow means is one that the deny means. */
function keepsOut({ spiffeID, sni }: Permitted, allow: Permitted): boolean {
  if (sni !== undefined && sni.value !== allow.sni?.value) return false;
  if (spiffeID === undefined) return true;
  const own = allow.spiffeID;
  if (own === undefined) return false;
  return spiffeID.type === "Prefix"
    ? own.value.startsWith(spiffeID.value)
    : own.type === "Exact" && own.value === spiffeID.value;
}
