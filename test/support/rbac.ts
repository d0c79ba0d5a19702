// Envoy's RBAC as its documentation says it works, for configs that were compiled: an oracle of who gets in.
import type { Json } from "#model/json.ts";

/** Who connects, and what is asked. */
export interface Asking {
  /** URI SANs of the client's certificate. */
  readonly uris: readonly string[];
  readonly sni: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Node = { readonly [member: string]: Node } & { readonly [at: number]: Node } & Iterable<Node>;

/** Whether an RBAC filter's config lets the client in. */
export function rbacAllows(config: Json, asking: Asking): boolean {
  const { rules, matcher } = config as unknown as { readonly rules?: Node; readonly matcher?: Node };
  if (matcher !== undefined) return matched(matcher, asking) === "ALLOW";
  // Rules without a policy match nobody, and with the default action (ALLOW) whoever matches none is denied.
  const policies = Object.values((rules?.policies ?? {}) as Record<string, Node>);
  return policies.some((policy) => [...(policy.principals as Node)].some((one) => isPrincipal(one, asking)));
}

function isPrincipal(principal: Node, asking: Asking): boolean {
  if (principal.any !== undefined) return true;
  if (principal.andIds !== undefined)
    return [...(principal.andIds.ids as Node)].every((one) => isPrincipal(one, asking));
  if (principal.notId !== undefined) return !isPrincipal(principal.notId, asking);
  const exact = (principal.authenticated as Node).principalName?.exact as unknown as string;
  return asking.uris.includes(exact);
}

function matched(matcher: Node, asking: Asking): string {
  for (const { predicate, onMatch } of [...((matcher.matcherList?.matchers ?? []) as Node)]) {
    if (holds(predicate as Node, asking)) return actionOf(onMatch as Node);
  }
  return actionOf(matcher.onNoMatch as Node);
}

function actionOf(onMatch: Node): string {
  return String((onMatch.action as Node).typedConfig?.action ?? "ALLOW");
}

function holds(predicate: Node, asking: Asking): boolean {
  if (predicate.andMatcher) return [...(predicate.andMatcher.predicate as Node)].every((one) => holds(one, asking));
  if (predicate.orMatcher) return [...(predicate.orMatcher.predicate as Node)].some((one) => holds(one, asking));
  if (predicate.notMatcher) return !holds(predicate.notMatcher, asking);
  const { input, valueMatch } = predicate.singlePredicate as Node;
  const value = inputOf(input as Node, asking);
  if (value === undefined) return false;
  const { exact, safeRegex } = valueMatch as unknown as { exact?: string; safeRegex?: { regex: string } };
  if (exact !== undefined) return value === exact;
  const expression = String(safeRegex?.regex).replaceAll("(?s:.*)", "[^]*").replaceAll("(?s:.)", "[^]");
  return new RegExp(`^(?:${expression})$`).test(value);
}

function inputOf(input: Node, { uris, sni, headers }: Asking): string | undefined {
  const name = String(input.name);
  if (name.endsWith("uri_san")) return uris.length === 0 ? undefined : uris.join(",");
  if (name.endsWith("server_name")) return sni;
  if (name.endsWith("request_headers")) return headers[String((input.typedConfig as Node).headerName)];
  throw new TypeError(`the oracle does not know the input ${name}`);
}
