// Drafts of permissions that may lead to an answer, the least first: which of them do is tried on the mesh itself.

import type { Request } from "#match/access/request.ts";
import type { Verdict } from "#match/access/verdict.ts";
import { judgeOf } from "#model/judges.ts";
import { kindOfType } from "#model/kinds.ts";
import { kriOf } from "#model/kri-of.ts";
import type { MeshTrafficPermissionSpec, PermissionLists, Permitted } from "#model/policy/mesh-traffic-permission.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { resourcesOf, type View } from "#model/view.ts";
import type { DraftPlace } from "./place.ts";

export type Want = "allow" | "deny";

export interface Candidate {
  readonly resource: Resource;
  /** A policy that stands already, with something added or taken away. */
  readonly extends: boolean;
}

interface Wanted {
  readonly want: Want;
  readonly request: Request;
  readonly verdict: Verdict;
}

type Permission = Resource<MeshTrafficPermissionSpec>;

/** Candidates in the order in which they are tried; none breaks a rule of its kind. */
export function candidatesOf(view: View, place: DraftPlace, wanted: Wanted): readonly Candidate[] {
  const standing = resourcesOf(view, "MeshTrafficPermission") as readonly Permission[];
  const deciding = standing.filter((one) => krisIn(wanted.verdict).has(kriOf(one)));
  const items = itemsOf(place, wanted.request);
  const name = freeName(view, place, wanted.want);
  const fresh = (spec: MeshTrafficPermissionSpec, type = "MeshTrafficPermission"): Candidate => ({
    resource: { ...meta(view, name), type, spec },
    extends: false,
  });
  const lists = { [wanted.want]: items } as PermissionLists;
  const action = wanted.want === "allow" ? "Allow" : "Deny";
  const { client } = place;
  const from = client === null ? [] : [{ targetRef: subset(client), default: { action } } as const];
  const found = [
    ...deciding.flatMap((one) => withoutItem(one, wanted)),
    ...place.targets.flatMap((targetRef) => standing.flatMap((one) => extended(one, targetRef, lists, from))),
    ...place.targets.map((targetRef) => fresh({ targetRef, rules: [{ default: lists }] })),
    ...(from.length === 0 ? [] : place.targets.map((targetRef) => fresh({ targetRef, from: [...from] }))),
    ...deciding.flatMap((one) => inFront(one, lists, from)),
    ...(wanted.want === "allow" && client !== null ? older(view, place, client, name) : []),
  ];
  return found.filter(({ resource }) => judgeOf(resource).validate(resource, { kindOf: kindOfType }).length === 0);
}

function subset(service: string): { readonly kind: "MeshSubset"; readonly tags: Readonly<Record<string, string>> } {
  return { kind: "MeshSubset", tags: { [SERVICE_TAG]: service } };
}

function itemsOf({ uris }: DraftPlace, { method, path }: Request): readonly Permitted[] {
  return uris.map((value) => ({
    spiffeID: { type: "Exact", value },
    ...(method !== undefined && { methods: [method] }),
    ...(path !== undefined && { path: { type: "Exact", value: path } as const }),
  }));
}

/** The policy that decides without the items that stand in the way. */
function withoutItem(one: Permission, { want, verdict }: Wanted): readonly Candidate[] {
  const kri = kriOf(one);
  const against = want === "allow" ? ["deny"] : ["allow", "allowWithShadowDeny"];
  const told = [verdict, ...(verdict.parts ?? [])].flatMap(({ rule, shadowed = [], requests = [] }) => [
    ...(rule === undefined ? [] : [rule]),
    ...shadowed,
    ...requests.map((condition) => condition.rule),
  ]);
  const gone = new Set(
    told
      .filter((rule) => rule.kri === kri && rule.part === "rules" && against.includes(rule.list ?? ""))
      .map((rule) => `${rule.rule} ${rule.list} ${rule.item ?? 0}`),
  );
  if (gone.size === 0) return [];
  const rules = (one.spec.rules ?? []).flatMap(({ default: lists }, at) => {
    const kept = Object.entries(lists).map(
      ([list, items]) => [list, items.filter((_, item) => !gone.has(`${at} ${list} ${item}`))] as const,
    );
    const full = kept.filter(([, items]) => items.length > 0);
    return full.length === 0 ? [] : [{ default: Object.fromEntries(full) as PermissionLists }];
  });
  return rules.length === 0 ? [] : [{ resource: { ...one, spec: { ...one.spec, rules } }, extends: true }];
}

/** A policy that selects just these proxies, with the client added. */
function extended(
  one: Permission,
  targetRef: MeshTrafficPermissionSpec["targetRef"],
  lists: PermissionLists,
  from: NonNullable<MeshTrafficPermissionSpec["from"]>,
): readonly Candidate[] {
  const { spec } = one;
  return sorted(spec.targetRef) === sorted(targetRef) ? inFront(one, lists, from) : [];
}

/** The policy with the client added: to the first of its rules, or behind all of its `from`. */
function inFront(
  one: Permission,
  lists: PermissionLists,
  from: NonNullable<MeshTrafficPermissionSpec["from"]>,
): readonly Candidate[] {
  const { rules = [], from: standing = [] } = one.spec;
  const [first, ...rest] = rules;
  if (first !== undefined) {
    const merged = Object.fromEntries(
      (["deny", "allow", "allowWithShadowDeny"] as const).flatMap((list) => {
        const items = [...(first.default[list] ?? []), ...(lists[list] ?? [])];
        return items.length === 0 ? [] : [[list, items]];
      }),
    ) as PermissionLists;
    return [{ resource: { ...one, spec: { ...one.spec, rules: [{ default: merged }, ...rest] } }, extends: true }];
  }
  if (standing.length === 0 || from.length === 0) return [];
  return [{ resource: { ...one, spec: { ...one.spec, from: [...standing, ...from] } }, extends: true }];
}

/** Beside an older policy a newer one would take the word from it. */
function older(view: View, place: DraftPlace, client: string, name: string): readonly Candidate[] {
  if ((view.resources.TrafficPermission ?? []).length === 0) return [];
  const match = (service: string) => ({ match: { [SERVICE_TAG]: service } });
  return [...place.to].map((to) => ({
    resource: {
      ...meta(view, name),
      type: "TrafficPermission",
      spec: { sources: [match(client)], destinations: [match(to)] },
    },
    extends: false,
  }));
}

function krisIn({ rule, shadowed = [], requests = [], parts = [] }: Verdict): ReadonlySet<string> {
  const own = [rule, ...shadowed, ...requests.map((one) => one.rule)].flatMap((one) => one?.kri ?? []);
  return new Set([...own, ...parts.flatMap((one) => [...krisIn(one)])]);
}

function meta(view: View, name: string): Omit<Resource, "type" | "spec"> {
  const mesh = view.mesh.name;
  const labels = { "kuma.io/mesh": mesh, "kuma.io/origin": "global", "kuma.io/env": "universal" };
  const { creationTime, modificationTime } = view.mesh;
  return { mesh, name, labels, creationTime, modificationTime };
}

/** RFC 1123, at most 63 characters, and nobody else's. */
function freeName(view: View, { from, to }: DraftPlace, want: Want): string {
  const [client = "client", server = "server"] = [[...from][0], [...to][0]];
  const word = want === "allow" ? "to" : "not-to";
  const plain = `${client}-${word}-${server}`
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const base = plain.slice(0, 58).replace(/-+$/, "") || "access";
  const taken = new Set(
    ["MeshTrafficPermission", "TrafficPermission"].flatMap((type) =>
      (view.resources[type] ?? []).map(({ name }) => name),
    ),
  );
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
