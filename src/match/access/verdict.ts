// Verdicts: whether a client may call, what decides it, and what else would have had a say.
import type { Origin } from "#match/matched.ts";
import type { Permitted } from "#model/policy/mesh-traffic-permission.ts";

/** One item of a rule. */
export interface RuleRef extends Origin {
  /** Of `rules`: the list, and the item's index in it. */
  readonly list?: "deny" | "allow" | "allowWithShadowDeny";
  readonly item?: number;
}

/**
 * `open`: nobody asks who calls. `requests`: it depends on the request. `mixed`: some of the clients' or the services' proxies, or
 * some of the ways, and not the others. `none`: there is no way, whatever permissions say.
 */
export type Outcome = "allowed" | "denied" | "open" | "requests" | "mixed" | "none";

/** Why; each has one sentence in `REASONS`. */
export type Reason = keyof typeof REASONS;

/** By reason, the sentence that a person is told. */
export const REASONS = {
  rule: "a rule says so",
  "no-rule": "no rule lets this client in, and what nobody allows is denied",
  "no-policy": "no permission holds for it, and what nobody allows is denied",
  unsaid: "no rule speaks of this destination outside the mesh, and the mesh lets all of its clients out",
  disguised: "where paths are looked at, a path that applications may take for another is refused",
  unreadable: "a permission that holds for it cannot be read, and until it is mended nobody gets in",
  conditions: "it depends on the request",
  differs: "it differs among its proxies or ways",
  "mtls-off": "the mesh has no mTLS, so nobody is asked who calls",
  permissive: "the inbound takes plaintext too (PERMISSIVE), which tells nobody who calls",
  outside: "it is outside the mesh and called directly; permissions hold only for what goes through an egress",
  "no-certificate": "without a certificate of the mesh no connection is taken",
  "no-identity":
    "the client has no kuma.io/service tag, so no certificate names it, and the inbound takes mesh TLS alone",
  "plaintext-refused": "the client speaks plaintext to this destination, and the inbound takes mesh TLS alone",
  "peer-name": "the server's certificate has none of the names that the client asks for",
  "no-outbound": "the client has no outbound that leads there",
  "no-way": "no enabled zone that is reached has an instance of it",
  "no-mtls-between": "other zones are reached with mTLS alone, and the mesh has none",
  "no-egress": "it is reached through an egress alone, and the client's zone has none",
  "no-place": "it has no address that anybody could connect to",
  absent: "there is no such client or service",
} as const;

/** What a client may do, and why. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly reason: Reason;
  /** The rule that decides; absent where none does. */
  readonly rule?: RuleRef;
  /** Rules that speak of the client too, and do not decide. */
  readonly shadowed?: readonly RuleRef[];
  /** Of `requests`: in the order in which they are tried; the last word is `otherwise`. */
  readonly requests?: readonly Condition[];
  readonly otherwise?: "allowed" | "denied";
  /** Whoever connects in plaintext gets in, whatever this says of the mesh's own clients. */
  readonly plaintext?: true;
  /** Of `mixed`: each verdict that some have, once. */
  readonly parts?: readonly Verdict[];
}

/** Requests that an item speaks of. */
export interface Condition {
  readonly action: "allow" | "deny";
  readonly match: Pick<Permitted, "methods" | "path" | "headers" | "claims">;
  readonly rule: RuleRef;
}

/** Whether some request gets through. */
export function letsIn({ outcome, parts = [] }: Verdict): boolean {
  return outcome === "mixed" ? parts.some(letsIn) : outcome !== "denied" && outcome !== "none";
}

/** What a verdict lets in, as a text: equal where the same get in, whoever decides it. */
export function effectOf({ outcome, requests = [], otherwise, parts = [] }: Verdict): string {
  if (outcome === "requests") return JSON.stringify([requests.map(({ action, match }) => [action, match]), otherwise]);
  if (outcome === "mixed") return JSON.stringify([...new Set(parts.map(effectOf))].sort());
  return outcome === "allowed" || outcome === "open" ? "all" : "none";
}

/** One verdict for several that hold for parts of the same; their own where they are of one outcome. */
export function combined(verdicts: readonly Verdict[]): Verdict {
  const parts = [...new Map(verdicts.map((one) => [JSON.stringify(one), one])).values()];
  const [first] = parts;
  if (first === undefined) return NO_OUTBOUND;
  if (parts.length === 1) return first;
  const outcomes = new Set(parts.map(({ outcome }) => outcome));
  if (outcomes.size === 1 && first.outcome !== "requests") return first;
  return { outcome: "mixed", reason: "differs", parts };
}

export const NO_OUTBOUND: Verdict = Object.freeze({ outcome: "none", reason: "no-outbound" });
export const ABSENT: Verdict = Object.freeze({ outcome: "none", reason: "absent" });

/** The field of a resource where a rule stands: `spec.rules[0].default.allow[1]`. */
export function fieldOfRule({ part, rule, list, item }: RuleRef): string {
  switch (part) {
    case "conf":
      return "conf";
    case "sources":
      return `sources[${rule}]`;
    case "default":
      return "spec.default";
    case "rules":
      return `spec.rules[${rule}].default${list === undefined ? "" : `.${list}[${item ?? 0}]`}`;
    default:
      return `spec.${part}[${rule}].default.action`;
  }
}
