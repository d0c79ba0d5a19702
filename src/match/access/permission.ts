// Permissions of one inbound, judged for one client: as the RBAC filter does that is compiled of them.
import type { InboundPolicy, InboundRule, Origin, Origins, SubsetRule } from "#match/matched.ts";
import type { PermissionAction, PermissionLists, Permitted } from "#model/policy/mesh-traffic-permission.ts";
import { asksForRequest } from "#model/request-match.ts";
import { serviceId, tagUri } from "#model/spiffe.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { type Answer, isDisguised, meets, normalPath, type Request } from "./request.ts";
import type { Condition, RuleRef, Verdict } from "./verdict.ts";

/** Who calls, as the inbound's Envoy knows. */
export interface Caller {
  readonly mesh: string;
  /** URI SANs of its certificate; none = it has no certificate. */
  readonly uris: ReadonlySet<string>;
  /** The server name that its hello asks for. */
  readonly sni: string | null;
}

/** What is asked of an inbound. */
export interface Call {
  readonly caller: Caller;
  /** Whether the inbound reads requests. */
  readonly reads: boolean;
  readonly request: Request;
}

const LISTS = ["deny", "allow", "allowWithShadowDeny"] as const;

interface Item {
  readonly deny: boolean;
  readonly match: Permitted;
  readonly rule: RuleRef;
}

/** What MeshTrafficPermission says of a client; `policy` undefined = none holds for the inbound. */
export function judge(policy: InboundPolicy | undefined, call: Call): Verdict {
  if (policy === undefined || policy.rules.length + policy.subsets.length === 0) {
    return { outcome: "denied", reason: "no-policy" };
  }
  if (policy.rules.length === 0) return bySubsets(policy.subsets as readonly SubsetRule<PermissionAction>[], call);
  const items = itemsOf(policy.rules as readonly InboundRule<PermissionLists>[]);
  return items === null ? { outcome: "denied", reason: "unreadable" } : byItems(items, call);
}

function bySubsets(subsets: readonly SubsetRule<PermissionAction>[], { caller }: Call): Verdict {
  const { mesh, uris } = caller;
  const holding = subsets.filter(({ matchers }) =>
    matchers.every(
      ({ key, value, not }) => uris.has(key === SERVICE_TAG ? serviceId(mesh, value) : tagUri(key, value)) !== not,
    ),
  );
  const allowing = holding.find(({ conf }) => conf?.action === "Allow" || conf?.action === "AllowWithShadowDeny");
  const decider = allowing ?? holding[0];
  const said = holding.flatMap(({ origins }) => actionOrigins(origins));
  const [rule] = decider === undefined ? [] : actionOrigins(decider.origins);
  const shadowed = distinct(said).filter((one) => rule === undefined || !sameRule(one, rule));
  return {
    outcome: allowing === undefined ? "denied" : "allowed",
    reason: rule !== undefined ? "rule" : allowing === undefined ? "no-rule" : "unsaid",
    ...(rule !== undefined && { rule }),
    ...(shadowed.length > 0 && { shadowed }),
  };
}

function actionOrigins(origins: Origins): readonly Origin[] {
  return origins["/action"] ?? origins[""] ?? [];
}

/** The items in the order in which they are tried; null where one of the lists is none. */
function itemsOf(rules: readonly InboundRule<PermissionLists>[]): readonly Item[] | null {
  const found: (Item & { readonly list: RuleRef["list"] })[] = [];
  for (const { conf, origins } of rules) {
    for (const list of LISTS) {
      const matches: unknown = conf?.[list] ?? [];
      if (!Array.isArray(matches)) return null;
      const counts = new Map<Origin, number>();
      matches.forEach((match: Permitted, at) => {
        const origin = (origins[`/${list}/${at}`] ?? origins[`/${list}`])?.[0];
        // Lists of several policies are put one behind another: the index is the one in its own.
        const item = origin === undefined ? at : (counts.get(origin) ?? 0);
        if (origin !== undefined) counts.set(origin, item + 1);
        const rule: RuleRef = { ...(origin ?? NOBODY), list, item };
        found.push({ deny: list === "deny", list, match, rule });
      });
    }
  }
  return LISTS.flatMap((list) => found.filter((one) => one.list === list));
}

/** Of an item that no policy wrote: whoever may reach what is outside where nothing else is said. */
const NOBODY: Origin = { kri: "", part: "default", rule: 0 };

function byItems(items: readonly Item[], call: Call): Verdict {
  const { reads, request } = call;
  const looksAtPaths = reads && items.some(({ match }) => match.path !== undefined);
  if (looksAtPaths && request.path !== undefined) {
    if (isDisguised(request.path)) return { outcome: "denied", reason: "disguised" };
    const path = normalPath(request.path);
    if (path === null) return { outcome: "denied", reason: "disguised" };
    return tried(items, { ...call, request: { ...request, path } });
  }
  return tried(items, call);
}

function tried(items: readonly Item[], call: Call): Verdict {
  const conditions: Condition[] = [];
  const met = items.flatMap((item) => {
    const answer = answerOf(item, call);
    return answer === "no" ? [] : [{ ...item, answer }];
  });
  for (const { deny, match, rule, answer } of met) {
    if (answer === "maybe") {
      const { methods, path, headers, claims } = match;
      const asked = {
        ...(methods && { methods }),
        ...(path && { path }),
        ...(headers && { headers }),
        ...(claims && { claims }),
      };
      conditions.push({ action: deny ? "deny" : "allow", match: asked, rule });
      continue;
    }
    if (deny) return decided("denied", rule, met);
    // Once everybody is let in, only what is kept out before matters.
    const denies = conditions.filter(({ action }) => action === "deny");
    if (denies.length === 0) return decided("allowed", rule, met);
    return { outcome: "requests", reason: "conditions", rule, requests: denies, otherwise: "allowed" };
  }
  if (!conditions.some(({ action }) => action === "allow")) return { outcome: "denied", reason: "no-rule" };
  return { outcome: "requests", reason: "conditions", requests: conditions, otherwise: "denied" };
}

function decided(outcome: "allowed" | "denied", rule: RuleRef, met: readonly Item[]): Verdict {
  const shadowed = met.filter((one) => one.rule !== rule && one.rule.kri !== "").map((one) => one.rule);
  return {
    outcome,
    reason: rule.kri === "" ? "unsaid" : "rule",
    ...(rule.kri !== "" && { rule }),
    ...(shadowed.length > 0 && { shadowed }),
  };
}

function answerOf({ deny, match }: Item, { caller, reads, request }: Call): Answer {
  if (!meansCaller(match, caller)) return "no";
  if (!asksForRequest(match)) return "yes";
  // Where requests are not read, a deny keeps its clients out altogether, and an allow lets nobody in.
  return reads ? meets(match, request, deny ? "deny" : "allow") : deny ? "yes" : "no";
}

function meansCaller({ spiffeID, sni }: Permitted, { uris, sni: asked }: Caller): boolean {
  if (sni !== undefined && sni.value !== asked) return false;
  if (spiffeID === undefined) return sni !== undefined || uris.size > 0;
  const { type, value } = spiffeID;
  return type === "Exact" ? uris.has(value) : [...uris].some((uri) => uri.startsWith(value));
}

function distinct(rules: readonly RuleRef[]): readonly RuleRef[] {
  return rules.filter((one, at) => rules.findIndex((other) => sameRule(one, other)) === at);
}

function sameRule(a: RuleRef, b: RuleRef): boolean {
  return a.kri === b.kri && a.part === b.part && a.rule === b.rule && a.list === b.list && a.item === b.item;
}
