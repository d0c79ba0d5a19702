// Handlers of access: may one call another, and who may call whom.
import type { WireAccess, WirePath, WireReach, WireRule, WireVerdict } from "#api/access.ts";
import { readPageQuery, slicePage } from "#api/page.ts";
import {
  fieldOfRule,
  REASONS,
  type ReachPath,
  type ReachQuestion,
  type RuleRef,
  type Verdict,
} from "#control/face/access.ts";
import { Fault } from "#model/fault.ts";
import { parseKri } from "#model/kri.ts";
import type { Violation } from "#model/violation.ts";
import { pretty } from "./answer.ts";
import type { Handler } from "./call.ts";
import { named } from "./why.ts";

const OUTCOMES = ["allowed", "denied", "open", "requests", "mixed", "none"];

/** What is asked, of a query. Fault `malformed`. */
export function questionOf({ searchParams }: URL): ReachQuestion {
  const text = (name: string): string => searchParams.get(name) ?? "";
  const violations: Violation[] = [];
  for (const field of ["from", "to"])
    if (text(field) === "")
      violations.push({ field, reason: "must be set: a service, a dataplane, a KRI or a SPIFFE ID" });
  if (text("path") !== "" && !text("path").startsWith("/"))
    violations.push({ field: "path", reason: "must start with '/'" });
  if (text("method") !== "" && !/^[A-Z]+(-[A-Z]+)*$/.test(text("method")))
    violations.push({ field: "method", reason: "must be an HTTP method in upper case" });
  if (violations.length > 0) throw new Fault("malformed", "Invalid query", { violations });
  const request = { ...(text("method") && { method: text("method") }), ...(text("path") && { path: text("path") }) };
  const question = { from: text("from"), to: text("to"), request, ...(text("port") && { port: text("port") }) };
  return question;
}

export const reach: Handler<"api"> = async ({ app, caller, url }) => {
  const { searchParams } = url;
  const question = questionOf(url);
  const { verdict, permission, paths, ...told } = await app.reader.access.reach(
    caller,
    searchParams.get("mesh") || "default",
    question,
  );
  const body: WireReach = {
    ...told,
    from: { ...told.from, proxies: someView(told.from.proxies) },
    to: { ...told.to, proxies: someView(told.to.proxies) },
    verdict: verdictView(verdict),
    paths: paths.map(pathView),
    ...(permission !== undefined && { permission: verdictView(permission) }),
  };
  return pretty(body);
};

export const access: Handler<"api"> = async ({ app, caller, url }) => {
  const { searchParams } = url;
  const query = readPageQuery(searchParams);
  const outcome = searchParams.get("outcome") || null;
  if (outcome !== null && !OUTCOMES.includes(outcome)) {
    const violations = [{ field: "outcome", reason: `must be one of ${OUTCOMES.join(", ")}` }];
    throw new Fault("malformed", "Invalid query", { violations });
  }
  const all = await app.reader.access.pairs(caller, searchParams.get("mesh") || null);
  const [from, to] = [searchParams.get("from") || null, searchParams.get("to") || null];
  const found = all.filter(
    (pair) =>
      (from === null || pair.from === from) &&
      (to === null || pair.to === to) &&
      (outcome === null || pair.verdict.outcome === outcome),
  );
  const { items, ...page } = slicePage(url.href, query, found);
  return pretty({
    ...page,
    items: items.map(
      ({ mesh, from: client, to: callee, port, verdict }): WireAccess => ({
        mesh,
        from: client,
        to: callee,
        ...(port !== undefined && { port }),
        verdict: verdictView(verdict),
      }),
    ),
  });
};

/** A verdict as answers tell it. */
export function verdictView(verdict: Verdict): WireVerdict {
  const { parts, ...own } = verdict;
  return parts === undefined ? plainView(own) : { ...plainView(own), parts: parts.map(plainView) };
}

function plainView({
  outcome,
  reason,
  rule,
  shadowed,
  requests,
  otherwise,
  plaintext,
}: Verdict): Omit<WireVerdict, "parts"> {
  return {
    outcome,
    reason,
    text: REASONS[reason],
    ...(rule !== undefined && { rule: ruleView(rule) }),
    ...(shadowed !== undefined && { shadowed: shadowed.map(ruleView) }),
    ...(requests !== undefined && {
      requests: requests.map((one) => ({ action: one.action, match: { ...one.match }, rule: ruleView(one.rule) })),
    }),
    ...(otherwise !== undefined && { otherwise }),
    ...(plaintext && { plaintext }),
  };
}

function ruleView(rule: RuleRef): WireRule {
  return { kri: rule.kri, ...named(rule.kri), field: fieldOfRule(rule) };
}

function someView({ count, names }: ReachPath["to"]["proxies"]): { count: number; names: string[] } {
  return { count, names: [...names] };
}

function pathView({ from, outbound, cluster, route, via, to, verdict, token }: ReachPath): WirePath {
  const { egress, ingress } = via;
  return {
    from: { zone: from.zone, proxies: someView(from.proxies) },
    outbound: { ...outbound, hostnames: [...outbound.hostnames] },
    cluster,
    ...(route !== undefined && {
      route: { ...route, name: parseKri(route.kri)?.name ?? "", matches: route.matches.map((one) => ({ ...one })) },
    }),
    via: { ...(egress && { egress: [...egress] }), ...(ingress && { ingress: [...ingress] }) },
    to: { ...to, ports: [...to.ports], proxies: someView(to.proxies) },
    verdict: verdictView(verdict),
    ...(token !== undefined && { token: ruleView(token) }),
  };
}
